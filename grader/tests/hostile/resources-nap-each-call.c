/* Tries to use up the referee's time by naps that are short of any limit for one call. */
#include "raw.h"
#include <sys/syscall.h>
static int never;
#define AT_FREE                                                                                \
    long nap[2] = {0, 40000000};                                                               \
    raw_call(SYS_futex, (long)&never, 0, 0, (long)nap, 0, 0);

#include "honest.c"
