/* Tries to get registers, mask and signal stack of its choice from a return that never was. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    volatile char frame[2048] = {0};                                                           \
    (void)frame;                                                                               \
    raw_call(SYS_rt_sigreturn, 0, 0, 0, 0, 0, 0);

#include "honest.c"
