/* Tries to use up memory by 2 MiB of stack in each call. */
#define AT_MALLOC                                                                              \
    volatile char deep[2 << 20];                                                               \
    for (int i = 0; i < 2 << 20; i += 4096)                                                    \
        deep[i] = 1;

#include "honest.c"
