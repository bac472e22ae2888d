/* Tries a line of 64 KiB that never ends. */
#include <stdio.h>
#define AT_INIT                                                                                \
    for (int i = 0; i < 7000; i++)                                                             \
        fputs("xxxxxxxxxx", stderr);

#include "honest.c"
