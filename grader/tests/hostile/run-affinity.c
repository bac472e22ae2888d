/* Tries to leave the core that it shares with the reference, to work while that is timed. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    unsigned long cores = ~0UL;                                                                \
    raw_call(SYS_sched_setaffinity, 0, sizeof cores, (long)&cores, 0, 0, 0);

#include "honest.c"
