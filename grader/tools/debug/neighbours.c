#include "neighbours.h"
#include <inttypes.h>
#include <stdio.h>

/* Header, footer and padding of two blocks in use never add up to so much. */
enum { WIDE_GAP = 64 };

/* Is the gap from <= offset < to free memory? */
static bool is_free(const struct neighbours *n, uint64_t from, uint64_t to)
{
    const struct payload *freed = shadow_at_or_above(&n->freed, from);
    return (freed && freed->start < to) || to - from >= WIDE_GAP;
}

void neighbours_take(struct neighbours *n, const struct payload *p)
{
    uint32_t freed;
    while (n->wanted && (freed = shadow_overlap(&n->freed, p->start, p->size)) != SHADOW_NONE)
        shadow_remove(&n->freed, freed);
}

void neighbours_leave(struct neighbours *n, const struct shadow *shadow,
                      const struct payload *p, uint64_t end, bool count)
{
    if (!n->wanted)
        return;
    const struct payload *left = shadow_at_or_below(shadow, p->start);
    const struct payload *right = shadow_at_or_above(shadow, p->start);
    uint64_t low = left ? payload_end(left) : 0, high = right ? right->start : end;
    uint64_t past = payload_end(p);
    bool left_free = is_free(n, low, p->start), right_free = is_free(n, past, high);
    if (count)
        n->seen[left_free][right_free]++;
    neighbours_take(n, p);
    shadow_add(&n->freed, p);
}

void neighbours_print(const struct neighbours *n)
{
    if (n->wanted)
        printf("neighbours %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", n->seen[0][0],
               n->seen[1][0], n->seen[0][1], n->seen[1][1]);
}
