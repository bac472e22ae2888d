#include "pages.h"
#include "say.h"
#include <stdlib.h>
#include <string.h>

/* The first range that ends at or after `page`: the first that [page, ...) could touch. */
static size_t first_reaching(const struct pages *set, uint64_t page)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->ranges[middle].to < page)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Puts `range` in the place of the ranges first <= i < last. */
static void replace(struct pages *set, size_t first, size_t last, struct page_range range)
{
    set->ranges = must_grow(set->ranges, set->count, &set->room, sizeof *set->ranges);
    if (last != first + 1)
        memmove(&set->ranges[first + 1], &set->ranges[last],
                (set->count - last) * sizeof *set->ranges);
    set->ranges[first] = range;
    set->count = set->count + 1 - (last - first);
}

void pages_add(struct pages *set, uint64_t from, uint64_t to)
{
    if (from >= to)
        return;
    size_t first = first_reaching(set, from), last = first;
    while (last < set->count && set->ranges[last].from <= to)
        last++;
    if (first == last && set->count == PAGES_RANGES) {
        first -= first > 0;
        last = first + 1;
    }
    if (first < last) {
        from = from < set->ranges[first].from ? from : set->ranges[first].from;
        to = to > set->ranges[last - 1].to ? to : set->ranges[last - 1].to;
    }
    replace(set, first, last, (struct page_range){from, to});
}

bool pages_meet(const struct pages *set, uint64_t from, uint64_t to)
{
    if (from >= to)
        return false;
    size_t i = first_reaching(set, from + 1);
    return i < set->count && set->ranges[i].from < to;
}

uint64_t pages_count(const struct pages *set)
{
    uint64_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += set->ranges[i].to - set->ranges[i].from;
    return count;
}

void pages_clear(struct pages *set)
{
    free(set->ranges);
    *set = (struct pages){0};
}
