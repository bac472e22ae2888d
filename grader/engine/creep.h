/*
 * creep.h - a random mix of one manner: sizes that move by small, equal steps.
 *
 * A buffer that grows line by line is cut off at every place of a page, and at each step its
 * new size is a little more than the room it has. Random sizes seldom ask for exactly one byte
 * too many of a large block, or for one whose end is the end of a page; here all are asked for.
 * In every second one this page is the last one below a large power of two.
 */
#ifndef CREEP_H
#define CREEP_H

#include "trace.h"
#include <stdint.h>

/*
 * Sets the operations of `mix`, which has room for `most` of them (400 or more), and its ids.
 * The same for the same `state`. `turn` counts such mixes from 0: their sizes follow each
 * other in what they are modulo 16, so that some are one more than a block of any header holds.
 */
void creep_make(uint64_t state, uint32_t turn, size_t most, struct trace *mix);

#endif
