#include "fuzz.h"
#include "brim.h"
#include "creep.h"
#include "draw.h"
#include "fill.h"
#include "say.h"
#include "sweep.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LIVE = 96, FAVOURITES = 4, PHASES = 5 };

enum action {
    ACT_MALLOC,
    ACT_CALLOC,
    ACT_NEW,        /* realloc(NULL, n) */
    ACT_RESIZE,     /* realloc(p, n) */
    ACT_EMPTY,      /* realloc(p, 0) */
    ACT_NULL,       /* free(NULL) */
    ACT_IMPOSSIBLE, /* a request that cannot be met; memory must go on working */
    ACTIONS
};

enum law { TINY, UNITS, POWERS, PAGES, UNIFORM, SAME, AGAIN, LARGE, LAWS };
enum leave { NEWEST, OLDEST, ANY, EVERY_SECOND, LEAVES };

/* A block that the trace holds, and what it asked for last. */
struct block {
    uint32_t id;
    uint64_t size;
};

/* A part of a mix: what it does, and how. */
struct phase {
    uint32_t weights[ACTIONS];
    bool laws[LAWS];
    enum leave leave;
    size_t low, high; /* live blocks: the saw's teeth */
    uint64_t noise;   /* of 8 decisions to take or give, how many are by chance */
};

struct mixer {
    uint64_t state; /* draw.h */
    struct trace *mix;
    struct block live[LIVE]; /* by age */
    size_t live_count, cursor;
    uint64_t favourites[FAVOURITES];
    uint64_t gone; /* the size that was freed last */
    bool taking;
    struct phase phase;
};

static uint64_t below(struct mixer *m, uint64_t n)
{
    return draw_below(&m->state, n);
}

static void emit(struct mixer *m, enum operation_kind kind, uint32_t id, uint64_t count,
                 uint64_t size)
{
    struct operation *op = trace_add(m->mix, kind, id);
    op->count = count;
    op->size = size;
}

/* Sizes */

/* A number near `middle`: up to `far` more or less, often by 1, 8 or 16. */
static uint64_t near(struct mixer *m, uint64_t middle, uint64_t far)
{
    static const uint64_t steps[] = {0, 0, 1, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33};
    uint64_t pick = below(m, sizeof steps / sizeof *steps + 4);
    uint64_t step =
        pick < sizeof steps / sizeof *steps ? steps[pick] : draw_between(&m->state, 0, far);
    step = step < far ? step : far;
    return below(m, 2) && middle >= step ? middle - step : middle + step;
}

static uint64_t size_by(struct mixer *m, enum law law)
{
    switch (law) {
    case TINY:
        return below(m, 33);
    case UNITS:
        return near(m, 8 * draw_between(&m->state, 1, 64), 1);
    case POWERS:
        return near(m, (uint64_t)1 << draw_between(&m->state, 4, 13), 33);
    case PAGES:
        return near(m, 4096 * draw_between(&m->state, 1, 4), 40);
    case UNIFORM:
        return draw_between(&m->state, 1, 3000);
    case SAME:
        return m->favourites[below(m, FAVOURITES)];
    case AGAIN:
        return near(m, m->gone, 48);
    case LARGE:
        return near(m, (uint64_t)1 << draw_between(&m->state, 14, 18), 4096);
    case LAWS:
        break;
    }
    return 1;
}

/* By one of the laws that this phase has. Large blocks are rare: their bytes take time. */
static uint64_t any_size(struct mixer *m)
{
    for (;;) {
        enum law law = (enum law)below(m, LAWS);
        if (m->phase.laws[law] && (law != LARGE || below(m, 6) == 0))
            return size_by(m, law);
    }
}

/* How programs resize: a little, by half or double, to what it was, or to anything. */
static uint64_t resized(struct mixer *m, uint64_t size)
{
    switch (below(m, 6)) {
    case 0:
        return size + draw_between(&m->state, 1, 40);
    case 1:
        return size > 40 ? size - draw_between(&m->state, 1, 40) : size;
    case 2:
        return 2 * size <= (uint64_t)1 << 18 ? 2 * size : size;
    case 3:
        return size / 2;
    case 4:
        return near(m, size, 16);
    default:
        return any_size(m);
    }
}

/* No heap holds it: near 2^64 where sums wrap, near 2^63 where signs do, or just too much. */
static uint64_t impossible_size(struct mixer *m)
{
    switch (below(m, 3)) {
    case 0:
        return UINT64_MAX - below(m, 64);
    case 1:
        return near(m, (uint64_t)1 << 63, 64);
    default:
        return (uint64_t)1 << draw_between(&m->state, 46, 62);
    }
}

/* Actions */

static struct block *add(struct mixer *m, uint64_t size)
{
    struct block *block = &m->live[m->live_count++];
    *block = (struct block){.id = m->mix->ids++, .size = size};
    return block;
}

static void free_one(struct mixer *m, size_t at)
{
    m->gone = m->live[at].size;
    emit(m, OP_FREE, m->live[at].id, 1, 0);
    memmove(&m->live[at], &m->live[at + 1], (--m->live_count - at) * sizeof *m->live);
}

static size_t leaver(struct mixer *m)
{
    switch (m->phase.leave) {
    case NEWEST:
        return m->live_count - 1;
    case OLDEST:
        return 0;
    case EVERY_SECOND: /* one is passed over, the next one takes the place of what goes */
        return m->cursor = (m->cursor + 1) % m->live_count;
    case ANY:
    case LEAVES:
        break;
    }
    return below(m, m->live_count);
}

static struct block *any_block(struct mixer *m)
{
    return m->live_count ? &m->live[below(m, m->live_count)] : NULL;
}

static void resize(struct mixer *m, bool to_nothing)
{
    struct block *block = any_block(m);
    if (!block)
        return;
    block->size = to_nothing ? 0 : resized(m, block->size);
    emit(m, OP_REALLOC, block->id, 1, block->size);
}

static void fail_calloc(struct mixer *m)
{
    uint64_t count = draw_between(&m->state, 2, 4096);
    if (below(m, 2)) /* the product, modulo 2^64, is a small number */
        emit(m, OP_CALLOC, add(m, 0)->id, count, UINT64_MAX / count + 1);
    else
        emit(m, OP_CALLOC, add(m, 0)->id, 1, impossible_size(m));
}

static void ask_too_much(struct mixer *m)
{
    struct block *block = any_block(m);
    uint64_t how = below(m, 3);
    if (how == 0 && block)
        emit(m, OP_REALLOC, block->id, 1, impossible_size(m));
    else if (how == 1)
        fail_calloc(m);
    else
        emit(m, OP_MALLOC, add(m, 0)->id, 1, impossible_size(m));
}

static void add_zeroed(struct mixer *m)
{
    uint64_t size = any_size(m), count = draw_between(&m->state, 1, 8);
    if (size == 0 || below(m, 8) == 0)
        emit(m, OP_CALLOC, add(m, 0)->id, 0, size);
    else
        emit(m, OP_CALLOC, add(m, size / count * count)->id, count, size / count);
}

static enum action any_action(struct mixer *m)
{
    uint32_t total = 0;
    for (size_t i = 0; i < ACTIONS; i++)
        total += m->phase.weights[i];
    uint64_t pick = below(m, total);
    enum action action = ACT_MALLOC;
    while (pick >= m->phase.weights[action])
        pick -= m->phase.weights[action++];
    return action;
}

static void take(struct mixer *m)
{
    uint64_t size = any_size(m);
    switch (any_action(m)) {
    case ACT_MALLOC:
        emit(m, OP_MALLOC, add(m, size)->id, 1, size);
        break;
    case ACT_CALLOC:
        add_zeroed(m);
        break;
    case ACT_NEW:
        emit(m, OP_REALLOC, add(m, size)->id, 1, size);
        break;
    case ACT_RESIZE:
        resize(m, false);
        break;
    case ACT_EMPTY:
        resize(m, true);
        break;
    case ACT_NULL:
        emit(m, OP_FREE, UINT32_MAX, 1, 0);
        break;
    case ACT_IMPOSSIBLE:
        ask_too_much(m);
        break;
    case ACTIONS:
        break;
    }
}

/* Up to `high`, down to `low`, and so on: teeth, more or less sharp. */
static void step(struct mixer *m)
{
    if (m->live_count >= m->phase.high)
        m->taking = false;
    else if (m->live_count <= m->phase.low)
        m->taking = true;
    bool taking = below(m, 8) < m->phase.noise ? below(m, 2) : m->taking;
    if ((taking || m->live_count == 0) && m->live_count < LIVE)
        take(m);
    else
        free_one(m, leaver(m));
}

/* Phases */

static void begin_phase(struct mixer *m)
{
    /* How often in a mix that has it; the first is in every one. */
    static const uint32_t most[ACTIONS] = {12, 5, 3, 12, 1, 1, 2};
    struct phase *p = &m->phase;
    *p = (struct phase){.leave = (enum leave)below(m, LEAVES)};
    for (size_t i = 0; i < ACTIONS; i++)
        p->weights[i] = below(m, 2) ? (uint32_t)draw_between(&m->state, 1, most[i]) : 0;
    p->weights[ACT_MALLOC] += p->weights[ACT_CALLOC] ? 1 : 6;
    for (size_t i = 0; i < LAWS; i++)
        p->laws[i] = below(m, 3) == 0;
    p->laws[below(m, AGAIN)] = true;
    p->high = draw_between(&m->state, 1, below(m, 2) ? LIVE : 12);
    p->low = below(m, p->high);
    p->noise = below(m, 8);
}

static void give_all_back(struct mixer *m)
{
    m->phase.leave = (enum leave)below(m, LEAVES);
    while (m->live_count && m->mix->count < FUZZ_OPERATIONS)
        free_one(m, leaver(m));
}

/* free(NULL) is a free of the slot behind the last id, which is known only at the end. */
static void close_mix(struct trace *mix)
{
    for (size_t i = 0; i < mix->count; i++)
        if (mix->operations[i].id == UINT32_MAX)
            mix->operations[i].id = mix->ids;
}

static void mix_phases(struct mixer *m)
{
    for (size_t i = 0; i < FAVOURITES; i++)
        m->favourites[i] = size_by(m, (enum law)below(m, SAME));
    uint64_t phases = draw_between(&m->state, 1, PHASES);
    for (uint64_t i = 0; i < phases; i++) {
        size_t until = m->mix->count + draw_between(&m->state, 30, 110);
        until = until < FUZZ_OPERATIONS ? until : FUZZ_OPERATIONS;
        begin_phase(m);
        /* A step may come to nothing: what it chose cannot be done now. */
        for (size_t tries = 0; m->mix->count < until && tries < 400; tries++)
            step(m);
    }
    if (below(m, 2))
        give_all_back(m);
    close_mix(m->mix);
}

void fuzz_make(uint64_t seed, uint32_t number, struct trace *mix)
{
    struct mixer m = {.state = fill_mix(seed) ^ fill_mix(~(uint64_t)number), .mix = mix};
    *mix = (struct trace){0};
    mix->operations = must_alloc(FUZZ_OPERATIONS * sizeof *mix->operations);
    if (number % FUZZ_CREEPS == FUZZ_CREEPS - 1)
        creep_make(m.state, number / FUZZ_CREEPS, FUZZ_OPERATIONS, mix);
    else if (number % FUZZ_SWEEPS == 0)
        sweep_make(fill_mix(seed), number / FUZZ_SWEEPS, FUZZ_OPERATIONS, mix);
    else if (number % FUZZ_BRIMS == FUZZ_BRIMS / 2)
        brim_make(m.state, number / FUZZ_BRIMS, FUZZ_OPERATIONS, mix);
    else
        mix_phases(&m);
}

const char *fuzz_name(uint32_t number, char name[32])
{
    snprintf(name, 32, "fuzz-%04u", number);
    return name;
}
