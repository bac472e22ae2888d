/* Tries to raise the limits on its memory and its processor time. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    unsigned long limit[2] = {1UL << 60, 1UL << 60};                                           \
    raw_call(SYS_prlimit64, 0, 2, (long)limit, 0, 0, 0);

#include "honest.c"
