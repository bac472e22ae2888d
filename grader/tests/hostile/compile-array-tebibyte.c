/* Tries to take 1 TiB of memory before the program starts. */
char filler[1UL << 40];
#define AT_INIT                                                                                \
    if (filler[0])                                                                             \
        return false;

#include "honest.c"
