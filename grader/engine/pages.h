/*
 * pages.h - a set of page numbers, kept as sorted, disjoint ranges.
 *
 * It answers one question, "how many different pages?", for ranges that may span 2^40
 * bytes: a bitmap would not do. Few ranges, large ones: adding one costs a binary search
 * and a move of what follows. Of an allocator that leaves millions of holes that would take
 * hours: beyond PAGES_RANGES ranges a new one takes the pages up to its neighbour with it.
 */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGES_RANGES = 8192 };

struct page_range {
    uint64_t from, to; /* from <= page < to */
};

/* Starts as {0}; pages_clear() releases it. */
struct pages {
    struct page_range *ranges;
    size_t count, room;
};

/* Adds the pages from <= page < to; an empty range adds nothing. */
void pages_add(struct pages *set, uint64_t from, uint64_t to);

/* Is any of the pages from <= page < to in the set? */
bool pages_meet(const struct pages *set, uint64_t from, uint64_t to);

/* How many pages the set holds. */
uint64_t pages_count(const struct pages *set);

void pages_clear(struct pages *set);

#endif
