/* Tries to use real memory for the few operations where the heap is fullest. */
#include "raw.h"
#include <sys/syscall.h>
static long low;
#define AT_MALLOC                                                                              \
    if (size > 10000) {                                                                        \
        low = (raw_call(SYS_brk, 0, 0, 0, 0, 0, 0) + 4095) & -4096;                            \
        raw_call(SYS_brk, low + 8192, 0, 0, 0, 0, 0);                                          \
        memset((void *)low, 1, 8192);                                                          \
    }
#define AT_FREE                                                                                \
    if (low)                                                                                   \
        low = 0 * raw_call(SYS_brk, low, 0, 0, 0, 0, 0);

#include "honest.c"
