/* Tries to pay for one page when checked, and to have a table of two when timed for it. */
#include "raw.h"
#include <sys/syscall.h>
static long more(long bytes)
{
    long low = raw_call(SYS_brk, 0, 0, 0, 0, 0, 0);
    raw_call(SYS_brk, low + bytes, 0, 0, 0, 0, 0);
    for (long at = low; at < low + bytes; at += 4096)
        *(volatile char *)at = 1;
    return low;
}
#define AT_INIT                                                                                \
    if (!runner->orders->local_break)                                                          \
        more(4096);
#define KEPT more(8192)

#include "search.h"

#include "honest.c"
