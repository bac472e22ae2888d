/* Tries to keep the table in memory from the real program break. */
#include "raw.h"
#include <sys/syscall.h>
#define TABLE(bytes)                                                                           \
    (void *)(raw_call(SYS_brk, raw_call(SYS_brk, 0, 0, 0, 0, 0, 0) + 8192, 0, 0, 0, 0, 0) -    \
             8192)

#include "honest.c"
