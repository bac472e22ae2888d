/*
 * brim.h - a random mix of one manner: the heap is full to the brim.
 *
 * A request that is absurd is refused before anything was done for it. Here ordinary ones are
 * refused too, in the midst of their work: the break cannot be raised by even a little more,
 * for a block, for a chunk, for the last block that was to grow. What was changed too early
 * then stays behind.
 */
#ifndef BRIM_H
#define BRIM_H

#include "trace.h"
#include <stdint.h>

/*
 * The largest blocks have 2^BRIM_MOST bytes, half of the largest heap. Smaller heaps refuse
 * them, and are half full with one of the next. From there on every request may be refused.
 */
enum { BRIM_MOST = 43 };

/*
 * Sets the operations of `mix`, which has room for `most` of them (400 or more), and its ids.
 * The same for the same `state` and `turn`.
 */
void brim_make(uint64_t state, uint32_t turn, size_t most, struct trace *mix);

#endif
