/*
 * neighbours.h - which of the four situations of coalescing a trace brings about.
 *
 * D. Knuth's boundary tags (The Art of Computer Programming, vol. 1, 2.5) know four: the
 * block that is freed has a free neighbour on neither side, on its left, on its right, or on
 * both. How an allocator cuts its blocks is its own affair; what is known here are payloads.
 * A neighbour is free when a payload that was freed, and is not in use again, lies between
 * the block and the next live payload, or when the gap is wider than any overhead.
 */
#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H

#include "../../engine/shadow.h"
#include <stdbool.h>
#include <stdint.h>

/* Starts as {0}. */
struct neighbours {
    bool wanted;
    struct shadow freed; /* payloads that were freed, as far as nothing new lies there */
    uint64_t seen[2][2]; /* by: is the left one free, is the right one free */
};

/* A new payload: what lay there is no longer free. */
void neighbours_take(struct neighbours *n, const struct payload *p);

/* `p` goes, and `shadow` no longer holds it; `end` is the break. `count`: as a free. */
void neighbours_leave(struct neighbours *n, const struct shadow *shadow,
                      const struct payload *p, uint64_t end, bool count);

/* One line of four numbers, for who adds up many traces; nothing unless wanted. */
void neighbours_print(const struct neighbours *n);

#endif
