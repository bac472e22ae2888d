/* Tries a million moves of the break by nothing and by one byte. */
#define AT_INIT                                                                                \
    for (int i = 0; i < 1000000; i++)                                                          \
        mem_sbrk(i % 2 ? -1 : 1);

#include "honest.c"
