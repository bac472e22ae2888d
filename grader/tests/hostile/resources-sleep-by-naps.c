/* Tries to sleep in naps, so that whoever looks may find it awake. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_MALLOC                                                                              \
    for (int word = 0;;) {                                                                     \
        long nap[2] = {0, 100000};                                                             \
        raw_call(SYS_futex, (long)&word, 0, 0, (long)nap, 0, 0);                               \
    }

#include "honest.c"
