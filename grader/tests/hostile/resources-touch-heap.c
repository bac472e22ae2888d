/* Tries to exhaust the machine's memory by way of the heap. */
#define AT_INIT                                                                                \
    for (char *p; (p = mem_sbrk(1 << 24)) != (void *)-1;)                                      \
        for (long i = 0; i < 1 << 24; i += 4096)                                               \
            p[i] = 1;

#include "honest.c"
