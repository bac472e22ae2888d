/* Tries to make the referee's list of touched pages long: every second one, then let go. */
#define AT_INIT                                                                                \
    for (int round = 0; round < 4; round++) {                                                  \
        char *p = mem_sbrk(1 << 25);                                                           \
        for (long i = 0; i < 1 << 25; i += 8192)                                               \
            p[i] = 1;                                                                          \
        mem_sbrk(-(1 << 25));                                                                  \
    }

#include "honest.c"
