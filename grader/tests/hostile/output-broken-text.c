/* Tries bytes that are no UTF-8: cut, too long, surrogates, beyond the last character. */
#include <stdio.h>
#define AT_INIT                                                                                \
    for (int c = 128; c < 256; c++)                                                            \
        putchar(c);                                                                            \
    puts("\xc0\xaf\xe0\x80\xaf\xed\xa0\x80\xf4\x90\x80\x80\xf8\x88\x80\x80\x80\xe2\x82");

#include "honest.c"
