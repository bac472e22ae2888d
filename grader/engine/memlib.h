/*
 * memlib.h - the simulated program break: the kernel below your allocator.
 *
 *     mem_heap_lo()                          break = mem_sbrk(0)
 *     |                                      |
 *     v                                      v
 *     +--------------------------------------+-------+ - - - - - - - - - - - - +
 *     | the heap: yours to read and write    | slack | no page: touching it is |
 *     |                                      |       | a fault (PAST_BREAK)    |
 *     +--------------------------------------+-------+ - - - - - - - - - - - - +
 *                                            |<----->| rest of the last page
 *
 * As with a real kernel, the break may stand anywhere, while memory comes in pages of
 * mem_pagesize() bytes, physically there only from their first touch. A page is zero
 * when it first appears; a page given back by lowering the break comes back zero; what
 * was left in the last, partial page stays. Writing into the slack is not stopped by the
 * hardware, but it is a fault all the same, and the driver finds it after the operation.
 */
#ifndef MEMLIB_H
#define MEMLIB_H

#include <stddef.h>
#include <stdint.h>

/*
 * Moves the break by `increment` bytes, up or down, and returns the OLD break: after a
 * raise, the address of the new room. mem_sbrk(0) just reports it. On failure returns
 * (void *)-1, leaves the break where it was and sets errno: ENOMEM beyond the heap limit,
 * EINVAL below the start of the heap.
 */
void *mem_sbrk(intptr_t increment);

/* Puts the break at `address`. Returns 0, or -1 with errno as in mem_sbrk. */
int mem_brk(void *address);

/* The first byte of the heap; a multiple of the page size. */
void *mem_heap_lo(void);

/* The last byte of the heap, one below the break (mem_heap_lo() - 1 while it is empty). */
void *mem_heap_hi(void);

/* Bytes between the start of the heap and the break. */
size_t mem_heapsize(void);

/* Bytes in a page. */
size_t mem_pagesize(void);

#endif
