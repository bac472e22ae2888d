/*
 * idset.c - a Fenwick tree (P. Fenwick, "A new data structure for cumulative frequency
 * tables", Software: Practice and Experience 24(3), 1994).
 */
#include "idset.h"
#include <string.h>

void idset_clear(struct idset *set)
{
    memset(set, 0, sizeof *set);
}

/* Unsigned arithmetic wraps around: adding UINT32_MAX subtracts one. */
static void change(struct idset *set, uint32_t id, uint32_t by)
{
    set->count += by;
    for (uint32_t i = id + 1; i <= IDSET_MAX; i += i & (~i + 1))
        set->sum[i] += by;
}

void idset_add(struct idset *set, uint32_t id)
{
    change(set, id, 1);
}

void idset_remove(struct idset *set, uint32_t id)
{
    change(set, id, UINT32_MAX);
}

/* Walks down the tree: `below` is the largest prefix that holds at most n members. */
uint32_t idset_nth(const struct idset *set, uint32_t n)
{
    uint32_t below = 0;
    for (uint32_t width = IDSET_MAX / 2; width > 0; width /= 2) {
        if (set->sum[below + width] <= n) {
            below += width;
            n -= set->sum[below];
        }
    }
    return below;
}
