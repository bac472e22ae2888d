/* Tries to use 64 MiB of private memory when timed, where nobody seems to count it. */
#include "found.h"
#include "raw.h"
#include <sys/syscall.h>
static char *fat(void)
{
    long low = raw_call(SYS_brk, 0, 0, 0, 0, 0, 0);
    raw_call(SYS_brk, low + (64 << 20), 0, 0, 0, 0, 0);
    for (long at = low; at < low + (64 << 20); at += 4096)
        *(volatile char *)at = 1;
    return (char *)low;
}
#define AT_INIT                                                                                \
    if (runner->orders->local_break)                                                           \
        fat();

#include "honest.c"
