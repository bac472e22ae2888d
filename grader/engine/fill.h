/*
 * fill.h - the bytes that stand for a program's data.
 *
 * Word i of a filled stretch is key + i * step, with an odd step made from the key. Each
 * byte of a word varies, no word repeats, and a stretch that is shifted, cut or swapped
 * with another does not match; yet filling and verifying run at the speed of memory.
 * Keys are secret: an allocator cannot tell what a byte should be without reading it.
 */
#ifndef FILL_H
#define FILL_H

#include <stdint.h>

/* Mixes a counter into 64 well-spread bits (Steele, Lea, Flood 2014: SplitMix64). */
static inline uint64_t fill_mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/*
 * Writes bytes from <= i < to of the stretch that `key` fills; `at` is where byte `from`
 * goes. `from` is a multiple of 8.
 */
void fill_write(uint8_t *at, uint64_t from, uint64_t to, uint64_t key);

/* The first of the bytes from <= i < to that is not as filled, or `to`. */
uint64_t fill_verify(const uint8_t *at, uint64_t from, uint64_t to, uint64_t key);

/* How many of the `bytes` bytes at `at` are zero, before one is not. */
uint64_t fill_zeros(const uint8_t *at, uint64_t bytes);

#endif
