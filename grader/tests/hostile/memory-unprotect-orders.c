/* Tries to make the orders writable first. */
#include "found.h"
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    raw_call(SYS_mprotect, (long)runner->orders, 4096, 3, 0, 0, 0);                            \
    ((struct orders *)(uintptr_t)runner->orders)->count = 0;

#include "honest.c"
