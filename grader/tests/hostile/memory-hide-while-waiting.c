/* Tries to use real memory, and to give it back while it waits for longer than usual. */
#include "memlib.h"
#include "raw.h"
#include <sys/syscall.h>
static long low;
static unsigned waited;
static void take(void)
{
    if (low)
        return;
    low = (raw_call(SYS_brk, 0, 0, 0, 0, 0, 0) + 4095) & -4096;
    raw_call(SYS_brk, low + 8192, 0, 0, 0, 0, 0);
    *(volatile char *)low = *(volatile char *)(low + 4096) = 1;
}
static void give_back(void)
{
    if (low)
        raw_call(SYS_brk, low, 0, 0, 0, 0, 0);
    low = 0;
}
#define AT_CALL(i)                                                                             \
    if (!orders->local_break)                                                                  \
        take();
#define ANSWER(replies) waited = 0;
#define WHILE_WAITING                                                                          \
    if (++waited == 5000)                                                                      \
        give_back();
#include "loop.h"

#include "honest.c"
