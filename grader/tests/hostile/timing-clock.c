/* Tries to read the clock and to decide by it. */
#include <time.h>
#define AT_MALLOC                                                                              \
    struct timespec now;                                                                       \
    clock_gettime(CLOCK_MONOTONIC, &now);                                                      \
    if (now.tv_nsec % 2)                                                                       \
        size += 16;

#include "honest.c"
