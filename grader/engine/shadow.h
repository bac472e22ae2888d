/*
 * shadow.h - the referee's own map of live payloads, to judge every pointer by.
 *
 * Question to answer, once per allocation: does [start, start + size) meet any live
 * payload? Live payloads are disjoint, so only two can be in the way: the last that starts
 * at or below `start`, and the first above it. A 64-ary trie over the bits of the start
 * offset finds both: seven levels, each one word with a bit per child that exists.
 *
 *     offset   bits 44..39 | 38..33 | 32..27 | 26..21 | 20..15 | 14..9 | 8..3 | 000
 *     node       level 0       1        2        3        4        5       6
 *
 * The neighbour of a key is found by looking for the nearest set bit on the way up and
 * running down the other side: 14 words at most, however many payloads there are. (The
 * structure of P. van Emde Boas, 1975, with fixed fan-out, as in many kernels' bitmaps.)
 *
 * Offsets are bytes from the start of the heap and multiples of 8, below 2^45. A payload of
 * size 0 occupies one byte here: its address must still be unlike all others.
 */
#ifndef SHADOW_H
#define SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHADOW_NONE UINT32_MAX

struct payload {
    uint64_t start;
    uint64_t size;
    uint64_t key;   /* of the bytes that fill it, payload.h */
    uint64_t front; /* of a sparse one so many bytes are filled all the same, payload.h */
    uint32_t id;    /* the trace's name for it */
    uint32_t line;  /* trace line of the call that returned it */
    uint32_t made;  /* index of that operation in the trace */
    bool sparse;    /* only parts of it are filled, payload.h */
    bool live;
};

/* Where the bytes end that it occupies here. */
static inline uint64_t payload_end(const struct payload *p)
{
    return p->start + (p->size ? p->size : 1);
}

struct shadow_node;

/* Starts as {0}; shadow_clear() releases all of it. Payloads are named by their index. */
struct shadow {
    struct payload *payloads;
    size_t payload_count, payload_room;
    uint32_t payload_free; /* a chain of unused ones through `id` */
    struct shadow_node *nodes;
    size_t node_count, node_room;
    uint32_t node_free;
    uint64_t live_bytes; /* sum of the sizes of live payloads */
    size_t live_count;
};

/* The live payload that shares a byte with [start, start + size), or SHADOW_NONE. */
uint32_t shadow_overlap(const struct shadow *shadow, uint64_t start, uint64_t size);

/* Adds a payload, which must overlap none, and returns its index. */
uint32_t shadow_add(struct shadow *shadow, const struct payload *payload);

/* Takes a live payload out; its index may be given to a later one. */
void shadow_remove(struct shadow *shadow, uint32_t index);

/*
 * The nearest live payload that starts at or below `offset` / at or above it, or NULL. Good
 * until one is added.
 */
const struct payload *shadow_at_or_below(const struct shadow *shadow, uint64_t offset);
const struct payload *shadow_at_or_above(const struct shadow *shadow, uint64_t offset);

void shadow_clear(struct shadow *shadow);

#endif
