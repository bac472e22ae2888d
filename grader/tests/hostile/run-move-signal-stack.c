/* Tries to have the report of a fault written over the signal stack of its choice. */
#include "found.h"
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    void *stack[3] = {runner->replies, 0, (void *)8192};                                       \
    raw_call(SYS_sigaltstack, (long)stack, 0, 0, 0, 0, 0);

#include "honest.c"
