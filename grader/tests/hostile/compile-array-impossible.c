/* Tries to overflow sums over static data with an array of 2^62 bytes. */
char filler[1UL << 62];
#define AT_INIT                                                                                \
    if (filler[0])                                                                             \
        return false;

#include "honest.c"
