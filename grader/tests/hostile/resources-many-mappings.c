/* Tries to make what the kernel tells of the process long: a mapping for every other page. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    for (long i = 0; i < 32700; i++)                                                           \
        raw_call(SYS_mprotect, (long)mem_heap_lo() + (1L << 40) + i * 8192, 4096, 1, 0, 0, 0);
#include "honest.c"
