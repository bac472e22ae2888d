/*
 * found.h - the runner's variables and helpers, for attacks to include.
 *
 * Their names are local to the kit's object, so an attack has its own: the code of
 * mem_pagesize() tells where the variables are, and the helpers' source is there to be read.
 */
#ifndef FOUND_H
#define FOUND_H

#include "memlib.h"
#include "raw.h"
#include "runner.h"
#include <string.h>
#include <unistd.h>

/* The C library's would be found in the object file. */
#define syscall(n, a, b, c, d, e, f) raw_call(n, (long)(a), b, c, (long)(d), (long)(e), f)
#include "channel.c"
#undef syscall

struct runner *runner, **kit_runner;

/* x86-64: mov runner(%rip),%rax. arm64: adrp x0, page; ldr x0, [x0, offset]. */
__attribute__((constructor(101))) static void find_runner(void)
{
    const unsigned char *code = (const unsigned char *)mem_pagesize;
#if defined(__x86_64__)
    int distance;
    memcpy(&distance, code + 3, sizeof distance);
    kit_runner = (struct runner **)(code + 7 + distance);
#else
    unsigned adrp, ldr;
    memcpy(&adrp, code, sizeof adrp);
    memcpy(&ldr, code + 4, sizeof ldr);
    long pages =
        (long)((unsigned long)((adrp >> 5 & 0x7ffff) << 2 | (adrp >> 29 & 3)) << 43) >> 43;
    kit_runner = (struct runner **)(((long)code & -4096) + pages * 4096) + (ldr >> 10 & 4095);
#endif
    runner = *kit_runner;
}

void memlib_reset(void)
{
    runner->brk = (struct program_break){.limit = runner->orders->heap_room};
    runner->dirty = 0;
}

#endif
