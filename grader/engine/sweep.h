/*
 * sweep.h - a random mix of one manner: sizes of every magnitude, evenly.
 *
 * Allocators have borders in them: where one class ends, a table, what is small or large for
 * them. What is wrong on one side of a border only shows where a size is asked for that lies
 * there, and neither programs nor laws of sizes with favourites of their own ask for all.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "trace.h"
#include <stdint.h>

/* Sizes are from 2^SWEEP_LEAST to below 2^SWEEP_MOST bytes, as many in each octave. */
enum { SWEEP_LEAST = 4, SWEEP_MOST = 18 };

/*
 * Sets the operations of `mix`, which has room for `most` of them, and its ids. The same for
 * the same `seed` and `turn`. `turn` counts such mixes from 0: the sizes of one lie between
 * those of the others of the same seed.
 */
void sweep_make(uint64_t seed, uint32_t turn, size_t most, struct trace *mix);

#endif
