/*
 * hosted.h - memlib.h for an ordinary process that no referee watches: all but mem_sbrk().
 *
 * How pages come and go differs from host to host, so the file that includes this, one in a
 * program, defines mem_sbrk(), and sets these variables and the break's limit before anybody
 * calls it.
 */
#ifndef HOSTED_H
#define HOSTED_H

#include "break.h"
#include "memlib.h"

static struct program_break host_own, *host_break = &host_own; /* or one that is shared */
static char *host_start; /* where the heap begins, a multiple of the page size */
static size_t host_page; /* bytes in a page */

int mem_brk(void *address)
{
    intptr_t increment;
    int error = break_distance(host_break, host_start, address, &increment);
    if (error) {
        errno = error;
        return -1;
    }
    return mem_sbrk(increment) == (void *)-1 ? -1 : 0;
}

void *mem_heap_lo(void)
{
    return host_start;
}

void *mem_heap_hi(void)
{
    return host_start + host_break->size - 1;
}

size_t mem_heapsize(void)
{
    return host_break->size;
}

size_t mem_pagesize(void)
{
    return host_page;
}

#endif
