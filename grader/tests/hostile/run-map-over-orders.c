/* Tries to lay memory of its own over the orders, and with it to write orders itself. */
#include "found.h"
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    raw_call(SYS_mmap, (long)runner->orders, sizeof *runner->orders, 3, 0x32, -1, 0);          \
    ((struct orders *)(uintptr_t)runner->orders)->count = 0;

#include "honest.c"
