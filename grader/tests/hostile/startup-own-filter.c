/* Tries to answer one's own system calls by a filter that is laid over the first. */
#include "raw.h"
#include <sys/syscall.h>
__attribute__((constructor)) static void early(void)
{
    raw_call(SYS_seccomp, 1, 0, 0, 0, 0, 0);
    raw_call(SYS_prctl, 22, 1, 0, 0, 0, 0);
}

#include "honest.c"
