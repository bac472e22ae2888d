/* Tries to open a file by way of io_uring, past a filter of system calls. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    char parameters[120] = {0};                                                                \
    raw_call(SYS_io_uring_setup, 4, (long)parameters, 0, 0, 0, 0);

#include "honest.c"
