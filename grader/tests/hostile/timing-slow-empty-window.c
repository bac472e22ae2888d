/* Tries to make a hand-over seem to cost much: that cost is taken off each timed window. */
#define WINDOW                                                                                 \
    if (orders->local_break && orders->count == 0) {                                           \
        unsigned long begun = __builtin_ia32_rdtsc();                                          \
        while (__builtin_ia32_rdtsc() - begun < 80000)                                         \
            ;                                                                                  \
    }

#include "loop.h"

#include "honest.c"
