/* Tries to leave a process behind that goes on when the runner is ended. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    if (raw_call(SYS_fork, 0, 0, 0, 0, 0, 0) == 0)                                             \
        for (;;)                                                                               \
            ;

#include "honest.c"
