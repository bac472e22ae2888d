/* Tries to exhaust the machine's memory by way of the real program break. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    for (long at = raw_call(SYS_brk, 0, 0, 0, 0, 0, 0), next;; at = next) {                    \
        next = raw_call(SYS_brk, at + (1 << 20), 0, 0, 0, 0, 0);                               \
        if (next <= at)                                                                        \
            break;                                                                             \
        for (; at < next; at += 4096)                                                          \
            *(volatile char *)at = 1;                                                          \
    }

#include "honest.c"
