/* Tries to crash the crash handler: takes away what it writes to, then faults. */
#include "found.h"
#define AT_MALLOC                                                                              \
    static int calls;                                                                          \
    if (++calls == 500) {                                                                      \
        runner->replies = NULL;                                                                \
        *(volatile int *)16 = 1;                                                               \
    }

#include "honest.c"
