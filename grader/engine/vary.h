/*
 * vary.h - a private variation of a trace: the same program, as it were, on another input.
 *
 * Whoever has tuned an allocator to the sizes or the order of a public trace must lose what
 * that gained, and nobody else may lose anything. So these stay as they are: how many
 * operations of each kind there are, and each block's own calls in their order; which requests
 * ask for equal sizes, and which for more than others; requests that can never be met. The
 * peak of the live payload stays within VARY_PEAK percent. These change:
 *
 *  - sizes. From 256 bytes on a size moves by a multiple of 16, by up to a tenth of itself,
 *    so that rounding it up costs what it did; a smaller one moves within its cell of 8 bytes
 *    (17 to 24, 25 to 32, ...), where blocks of all usual formats are as long as before.
 *    Where a trace uses every size there is nothing to move, and nothing to know.
 *  - the order of neighbouring operations on different blocks, within windows of VARY_WINDOW.
 *  - the numbers of blocks: by first use, in the new order.
 */
#ifndef VARY_H
#define VARY_H

#include "trace.h"
#include <stdint.h>

enum { VARY_WINDOW = 16, VARY_PEAK = 2 };

/* One seed serves many traces: each has one of its own, made of the seed and its name. */
uint64_t vary_seed(uint64_t seed, const char *name);

/*
 * Makes the variation number `seed` of `trace` in *varied, to be released by trace_free().
 * The same seed makes the same one on every machine. Lines are as trace_write() puts them.
 */
void vary_trace(const struct trace *trace, uint64_t seed, struct trace *varied);

#endif
