#include "mix.h"
#include "draw.h"
#include "say.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SIZES = 4, MAX_SLOTS = 4096, LARGE = 2048 };

/* Where sizes come from. */
enum law {
    LAW_SMALL,  /* 0 to 128 */
    LAW_POWERS, /* around a power of two */
    LAW_PAGES,  /* around a multiple of 4096 */
    LAW_OCTAVE, /* each doubling as likely as any other */
    LAW_FEW,    /* one of a few sizes */
    LAWS
};

/* Which block leaves or is resized next. */
enum order { ORDER_ANY, ORDER_NEWEST, ORDER_OLDEST, ORDERS };

struct slot {
    bool live;
    uint64_t size;
};

struct mixer {
    uint64_t state; /* of the dice */
    uint64_t limit;
    struct trace *mix;
    unsigned allocate, clear, resize, release; /* weights of the four operations */
    unsigned odd;     /* one request in so many is absurd: 0, wrapping, too large */
    unsigned giant;   /* one in so many is giant; 0: none */
    unsigned flood;   /* once in so many operations most blocks go */
    enum law laws[3]; /* one of them for each size */
    enum order order;
    uint64_t few[SIZES];
    size_t target;                          /* about so many live blocks */
    struct slot slots[MAX_SLOTS];           /* per id */
    uint32_t live[MAX_SLOTS], live_count;   /* ids, the oldest first */
    uint32_t spare[MAX_SLOTS], spare_count; /* ids that are not live */
    uint64_t live_bytes;
};

static uint64_t below(struct mixer *m, uint64_t n)
{
    return draw_below(&m->state, n);
}

static bool one_in(struct mixer *m, uint64_t n)
{
    return n != 0 && below(m, n) == 0;
}

static uint64_t size_by(struct mixer *m, enum law law)
{
    switch (law) {
    case LAW_SMALL:
        return below(m, 129);
    case LAW_POWERS:
        return ((uint64_t)1 << (3 + below(m, 15))) + below(m, 41) - 20 + 20 * below(m, 2);
    case LAW_PAGES:
        return 4096 * (1 + below(m, 16)) + below(m, 65) - 32;
    case LAW_OCTAVE:
        return draw_between(&m->state, 0, (uint64_t)1 << below(m, 18));
    case LAW_FEW:
    case LAWS:
        break;
    }
    return m->few[below(m, SIZES)];
}

static uint64_t absurd_size(struct mixer *m)
{
    static const uint64_t sizes[] = {0, 0, 0, SIZE_MAX, SIZE_MAX / 2, (uint64_t)1 << 47};
    return sizes[below(m, sizeof sizes / sizeof *sizes)] - below(m, 2) * below(m, 64);
}

/* Never cleared nor copied: that would take as long as it takes. */
static uint64_t giant_size(struct mixer *m)
{
    return draw_between(&m->state, 1, (uint64_t)1 << (20 + below(m, 24))) % m->limit;
}

static uint64_t draw_size(struct mixer *m)
{
    if (one_in(m, m->odd))
        return absurd_size(m);
    uint64_t size = size_by(m, m->laws[below(m, 3)]);
    if (size > LARGE && !one_in(m, 32))
        size %= 512; /* filling and verifying large ones would take all the time */
    return m->live_bytes + size > MIX_LIVE_BYTES ? size % 256 : size;
}

/* Nearer to the old size than a fresh one, mostly. A giant block shrinks. */
static uint64_t draw_resize(struct mixer *m, uint64_t old)
{
    if (old > MIX_LIVE_BYTES / 64)
        return old % 65536;
    switch (below(m, 6)) {
    case 0:
        return old + 1 + below(m, 32);
    case 1:
        return old - below(m, old < 32 ? old + 1 : 33);
    case 2:
        return old + old / 2 + 1;
    case 3:
        return old / 2;
    default:
        return draw_size(m);
    }
}

/* Absurd and giant sizes do not count: no byte-for-byte filling for those. */
static uint64_t counted(uint64_t size)
{
    return size > MIX_LIVE_BYTES ? 0 : size;
}

static void set_size(struct mixer *m, uint32_t id, uint64_t size)
{
    m->live_bytes += counted(size) - counted(m->slots[id].size);
    m->slots[id].size = size;
}

static void allocate(struct mixer *m, enum operation_kind kind)
{
    uint32_t id = m->spare[--m->spare_count];
    uint64_t size = kind == OP_MALLOC && one_in(m, m->giant) ? giant_size(m) : draw_size(m);
    struct operation *op = trace_add(m->mix, kind, id);
    op->size = size;
    if (kind == OP_CALLOC && size > 1 && one_in(m, 2)) {
        op->count = 1 + below(m, size < 64 ? size : 64);
        op->size = size / op->count;
        size = op->count * op->size;
    }
    if (kind == OP_CALLOC && one_in(m, 4 * m->odd)) { /* the product passes 2^64 */
        op->count = ((uint64_t)1 << 33) + below(m, 64);
        op->size = (uint64_t)1 << 31;
        size = 0;
    }
    m->live[m->live_count++] = id;
    set_size(m, id, size);
}

static uint32_t choose(struct mixer *m)
{
    uint32_t near = (uint32_t)below(m, m->live_count < 4 ? m->live_count : 4);
    switch (m->order) {
    case ORDER_NEWEST:
        return m->live_count - 1 - near;
    case ORDER_OLDEST:
        return near;
    case ORDER_ANY:
    case ORDERS:
        break;
    }
    return (uint32_t)below(m, m->live_count);
}

static void release(struct mixer *m, uint32_t at)
{
    uint32_t id = m->live[at];
    trace_add(m->mix, OP_FREE, id);
    set_size(m, id, 0);
    memmove(&m->live[at], &m->live[at + 1], (--m->live_count - at) * sizeof *m->live);
    m->spare[m->spare_count++] = id;
}

static void resize(struct mixer *m, uint32_t at)
{
    uint32_t id = m->live[at];
    uint64_t size = draw_resize(m, m->slots[id].size);
    trace_add(m->mix, OP_REALLOC, id)->size = size;
    set_size(m, id, size);
}

/* Allocations win below the target, releases above it. */
static void step(struct mixer *m)
{
    unsigned grow = m->live_count < m->target ? 3 : 1, shrink = 4 - grow;
    unsigned weights[] = {grow * m->allocate, grow * m->clear, m->resize, shrink * m->release};
    uint64_t at = below(m, weights[0] + weights[1] + weights[2] + weights[3]);
    if (m->live_count == 0 || (at < weights[0] + weights[1] && m->spare_count != 0))
        allocate(m, at < weights[0] ? OP_MALLOC : OP_CALLOC);
    else if (at < weights[0] + weights[1] + weights[2])
        resize(m, choose(m));
    else
        release(m, choose(m));
}

static void flood(struct mixer *m, size_t most)
{
    uint64_t stay = below(m, 3) * 8;
    while (m->live_count > stay && m->mix->count < most)
        release(m, choose(m));
}

static void draw_manner(struct mixer *m)
{
    static const uint64_t targets[] = {2, 8, 32, 128, 512, 2048};
    m->allocate = 4 + (unsigned)below(m, 4);
    m->clear = one_in(m, 2) ? 0 : (unsigned)below(m, 4);
    m->resize = one_in(m, 2) ? 0 : (unsigned)below(m, 12);
    m->release = m->allocate + m->clear;
    m->odd = one_in(m, 2) ? 0 : 20 + (unsigned)below(m, 200);
    m->giant = one_in(m, 8) ? 200 : 0;
    m->flood = one_in(m, 2) ? 0 : 2000;
    m->order = (enum order)below(m, ORDERS);
    m->target = targets[below(m, sizeof targets / sizeof *targets)];
    for (size_t i = 0; i < 3; i++)
        m->laws[i] = (enum law)below(m, LAWS);
    for (size_t i = 0; i < SIZES; i++)
        m->few[i] = size_by(m, (enum law)below(m, LAW_FEW));
}

void mix_make(uint64_t seed, size_t most, uint64_t limit, struct trace *mix)
{
    struct mixer *m = must_alloc(sizeof *m);
    *m = (struct mixer){.state = seed, .limit = limit, .mix = mix};
    *mix = (struct trace){.operations = must_alloc(most * sizeof *mix->operations),
                          .ids = MAX_SLOTS};
    for (uint32_t id = 0; id < MAX_SLOTS; id++)
        m->spare[m->spare_count++] = MAX_SLOTS - 1 - id;
    draw_manner(m);
    while (mix->count < most) {
        if (one_in(m, m->flood))
            flood(m, most);
        else if (one_in(m, m->odd))
            trace_add(mix, OP_FREE, mix->ids); /* free(NULL) */
        else
            step(m);
    }
    free(m);
}
