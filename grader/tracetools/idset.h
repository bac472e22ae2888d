/*
 * idset.h - a set of small numbers that can also name its n-th smallest member.
 *
 * tracegen numbers blocks in the order of their birth, so the n-th smallest id is the
 * n-th oldest block. Every operation but idset_clear() takes O(log IDSET_MAX) steps.
 */
#ifndef IDSET_H
#define IDSET_H

#include <stdint.h>

/* Members are 0 .. IDSET_MAX - 1. A power of two: idset_nth relies on it. */
#define IDSET_MAX (UINT32_C(1) << 20)

/* A Fenwick tree: sum[i] counts the members among the (i & -i) ids that end at id i - 1. */
struct idset {
    uint32_t count;
    uint32_t sum[IDSET_MAX + 1];
};

/* Empties the set. */
void idset_clear(struct idset *set);

/* Adds an id that is not a member. */
void idset_add(struct idset *set, uint32_t id);

/* Removes an id that is a member. */
void idset_remove(struct idset *set, uint32_t id);

/* The n-th smallest member, counted from 0; n must be below set->count. */
uint32_t idset_nth(const struct idset *set, uint32_t n);

#endif
