/* Tries to leave the caches cold for the reference, after its own answer is given. */
#define WHILE_WAITING                                                                          \
    static unsigned turns;                                                                     \
    if (turns++ % 64 == 0)                                                                     \
        for (char *p = (char *)0x200000000000, *end = p + runner->brk.size; p < end; p += 64)  \
            __builtin_ia32_clflush(p);                                                         \
    else                                                                                       \
        channel_sleep(theirs, turn, &runner->replies->asleep, 0);

#include "loop.h"

#include "honest.c"
