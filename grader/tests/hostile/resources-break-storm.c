/* Tries a million moves of the break, up and down over a page's edge. */
#define AT_INIT                                                                                \
    for (int i = 0; i < 1000000; i++)                                                          \
        mem_sbrk(i % 2 ? -8192 : 8192);

#include "honest.c"
