/* Tries to repaint the terminal and the page: escape sequences, NUL, HTML, reversed text. */
#include <stdio.h>
#define AT_INIT                                                                                \
    fwrite("\033[2J\033]0;owned\007\0\b\r\x9b"                                                 \
           "31m<script>alert(1)</script>\n"                                                    \
           "\xe2\x80\xae"                                                                      \
           "001 fo 001 erocs\xef\xbb\xbf\n",                                                   \
           1, 73, stdout);

#include "honest.c"
