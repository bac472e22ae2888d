#include "sweep.h"
#include "draw.h"

/* Live blocks at most: there are holes between them, and their bytes take time. */
enum { LIVE = 24 };

/*
 * Steps of the golden section divide a ring of 2^64 evenly, however many they are: each falls
 * into one of the widest gaps that are left. Its high bits are the octave.
 */
#define GOLDEN ((uint64_t)0x9e3779b97f4a7c15)

struct sweeper {
    uint64_t state; /* draw.h */
    uint64_t place; /* of the last size, on the ring */
    struct trace *mix;
    uint32_t live[LIVE];
    size_t live_count;
};

static uint64_t next_size(struct sweeper *s)
{
    const uint64_t half = UINT32_MAX; /* the lower half of a word */
    uint64_t octaves = ((s->place += GOLDEN) >> 32) * (SWEEP_MOST - SWEEP_LEAST);
    uint64_t least = (uint64_t)1 << (SWEEP_LEAST + (octaves >> 32));
    return least + (least * (octaves & half) >> 32);
}

static void take(struct sweeper *s)
{
    static const enum operation_kind kinds[] = {OP_MALLOC, OP_MALLOC, OP_MALLOC, OP_CALLOC,
                                                OP_REALLOC};
    enum operation_kind kind = kinds[draw_below(&s->state, sizeof kinds / sizeof *kinds)];
    uint32_t id = s->mix->ids;
    if (kind == OP_REALLOC && s->live_count > 0)
        id = s->live[draw_below(&s->state, s->live_count)];
    else
        s->live[s->live_count++] = s->mix->ids++;
    trace_add(s->mix, kind, id)->size = next_size(s);
}

static void leave(struct sweeper *s)
{
    size_t at = draw_below(&s->state, s->live_count);
    trace_add(s->mix, OP_FREE, s->live[at]);
    s->live[at] = s->live[--s->live_count];
}

void sweep_make(uint64_t seed, uint32_t turn, size_t most, struct trace *mix)
{
    size_t sizes = most / 2; /* each may need a free, later */
    struct sweeper s = {.state = seed, .mix = mix};
    s.place = draw_bits(&s.state) + turn * sizes * GOLDEN;
    s.state ^= turn;
    while (sizes > 0)
        if (s.live_count == 0 || (s.live_count < LIVE && draw_below(&s.state, 8) < 5)) {
            take(&s);
            sizes--;
        } else {
            leave(&s);
        }
    while (s.live_count > 0)
        leave(&s);
}
