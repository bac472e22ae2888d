/* Tries to keep the points for utilization by a crash in the timed run. */
#include "found.h"
#define AT_MALLOC                                                                              \
    if (runner->orders->local_break)                                                           \
        __builtin_trap();

#include "honest.c"
