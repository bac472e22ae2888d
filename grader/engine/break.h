/*
 * break.h - the arithmetic of the simulated program break, in bytes from the heap's start.
 *
 * The referee moves the break in a checked run, the runner its own in a timed run. Both
 * do it here, so they cannot disagree.
 */
#ifndef BREAK_H
#define BREAK_H

#include <errno.h>
#include <stdint.h>

struct program_break {
    uint64_t size;  /* the break now */
    uint64_t peak;  /* the highest it ever was */
    uint64_t limit; /* it never passes this */
    uint64_t calls; /* requests to move it, refused ones included */
};

/*
 * Moves the break. Returns 0, or ENOMEM beyond the limit, or EINVAL below the start; then
 * the break stays. Any increment is safe, INTPTR_MIN included.
 */
static inline int break_move(struct program_break *b, int64_t increment)
{
    b->calls++;
    if (increment < 0) {
        uint64_t down = 0 - (uint64_t)increment;
        if (down > b->size)
            return EINVAL;
        b->size -= down;
        return 0;
    }
    if ((uint64_t)increment > b->limit - b->size)
        return ENOMEM;
    b->size += (uint64_t)increment;
    if (b->size > b->peak)
        b->peak = b->size;
    return 0;
}

/*
 * The increment that puts the break of a heap at `start` to `address`. Returns 0, or EINVAL
 * below the start, or ENOMEM beyond the limit. Any address is safe, wild ones included.
 */
static inline int break_distance(const struct program_break *b, const void *start,
                                 const void *address, intptr_t *increment)
{
    uintptr_t target = (uintptr_t)address - (uintptr_t)start;
    if ((uintptr_t)address < (uintptr_t)start)
        return EINVAL;
    if (target > b->limit)
        return ENOMEM;
    *increment = (intptr_t)(target - b->size);
    return 0;
}

/* `bytes` rounded up to whole pages; `page` is a power of two. */
static inline uint64_t page_up(uint64_t bytes, uint64_t page)
{
    return (bytes + page - 1) & ~(page - 1);
}

static inline uint64_t page_down(uint64_t bytes, uint64_t page)
{
    return bytes & ~(page - 1);
}

#endif
