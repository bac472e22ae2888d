#include "creep.h"
#include "draw.h"

/* A large block, beyond what allocators and this referee treat like any other. */
enum { LARGE_LEAST = 100000, LARGE_MOST = 150000 };

/* So many steps of 16 bytes go through a page, and a little further. */
enum { UNIT = 16, PAGE = 4096, PAGE_STEPS = PAGE / UNIT + 4 };

/* Where runs of pages end as well, of any power of two up to this. */
enum { BORDER = 1 << 17, HEADERS = 8 * UNIT };

struct creeper {
    uint64_t state; /* draw.h */
    struct trace *mix;
    size_t most;
};

static void emit(struct creeper *c, enum operation_kind kind, uint32_t id, uint64_t size)
{
    if (c->mix->count < c->most)
        trace_add(c->mix, kind, id)->size = size;
}

static uint32_t take(struct creeper *c, uint64_t size)
{
    emit(c, OP_MALLOC, c->mix->ids, size);
    return c->mix->ids++;
}

/*
 * A block grows into the hole behind it, and then has to move: a guard is in its way. Near a
 * border others come, and change what lies behind it.
 */
static void grow(struct creeper *c, uint64_t size, uint64_t step, uint64_t steps)
{
    uint32_t grower = take(c, size);
    uint32_t hole = take(c, step * steps + draw_below(&c->state, 64));
    uint32_t guard = take(c, draw_between(&c->state, 1, 100));
    emit(c, OP_FREE, hole, 0);
    for (uint64_t i = 1; i <= steps; i++) {
        size += step;
        emit(c, OP_REALLOC, grower, size);
        if (size < BORDER && BORDER - size <= HEADERS)
            take(c, draw_between(&c->state, 1, 100));
    }
    emit(c, OP_FREE, draw_below(&c->state, 2) ? guard : grower, 0);
}

/* Blocks around a number of pages, each a byte longer than the last, four of them live. */
static void walk_over_page_end(struct creeper *c)
{
    enum { LIVE = 4, AROUND = 18 };
    uint64_t middle = PAGE * draw_between(&c->state, LARGE_LEAST / PAGE, LARGE_MOST / PAGE);
    uint32_t first = c->mix->ids;
    for (uint32_t i = 0; i <= 2 * AROUND; i++) {
        take(c, middle - AROUND + i);
        if (i >= LIVE)
            emit(c, OP_FREE, first + i - LIVE, 0);
    }
}

void creep_make(uint64_t state, uint32_t turn, size_t most, struct trace *mix)
{
    static const uint64_t rests[] = {1, 9, 5, 13}, steps[] = {1, 8, UNIT, 24};
    enum { CHOICES = 4 };
    struct creeper c = {.state = state, .mix = mix, .most = most};
    uint64_t large = draw_between(&c.state, LARGE_LEAST / UNIT, LARGE_MOST / UNIT) * UNIT;
    if (turn % 2)
        large = BORDER - draw_between(&c.state, HEADERS / UNIT, PAGE_STEPS - 1) * UNIT;
    grow(&c, large + rests[turn % CHOICES], UNIT, PAGE_STEPS);
    walk_over_page_end(&c);
    while (mix->count < most)
        grow(&c, draw_between(&c.state, 1, 600), steps[draw_below(&c.state, CHOICES)],
             draw_between(&c.state, 8, 24));
}
