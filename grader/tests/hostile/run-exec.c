/* Tries to become another program. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    static char *const words[] = {"sh", 0};                                                    \
    raw_call(SYS_execve, (long)"/bin/sh", (long)words, 0, 0, 0, 0);

#include "honest.c"
