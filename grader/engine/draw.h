/*
 * draw.h - numbers drawn from a seed: the same on every machine, in every version.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014). All of its state is one number, and any number will do.
 */
#ifndef DRAW_H
#define DRAW_H

#include <stdint.h>

/* 64 bits; `state` moves on. */
uint64_t draw_bits(uint64_t *state);

/* A number from 0 to n - 1, each as likely as any other; n > 0. */
uint64_t draw_below(uint64_t *state, uint64_t n);

/* A number from `low` to `high`, both included; low <= high. */
uint64_t draw_between(uint64_t *state, uint64_t low, uint64_t high);

#endif
