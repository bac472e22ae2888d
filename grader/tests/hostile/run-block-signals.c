/* Tries to block all signals, so that a fault cannot be reported. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    unsigned long all = ~0UL;                                                                  \
    raw_call(SYS_rt_sigprocmask, 0, (long)&all, 0, 8, 0, 0);                                   \
    *(volatile int *)16 = 1;

#include "honest.c"
