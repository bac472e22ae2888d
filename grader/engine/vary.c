#include "vary.h"
#include "draw.h"
#include "say.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* No heap of ours holds such a request, or only just: it stays to the byte. */
#define BEYOND ((uint64_t)1 << 42)

/* Below it a block's rounding is worth more than the size's own change. */
enum { SMALL = 256, CELL = 8, GRAIN = 16 };

/* Factors are in units of 1 / ONE. Octaves sway by up to a 32nd; a lone size adds a 16th. */
#define ONE  ((int64_t)1 << 16)
#define SWAY (ONE / 32)

/* How strongly sizes and order move, in steps; fewer when the peak would not stay. */
enum { FULL = 8, TRIES = 4, OCTAVES = 44 };

struct size {
    uint64_t from, to;
};

/* The variation, under construction. */
struct draft {
    struct trace *trace; /* the copy that changes */
    uint64_t state;      /* of draw.h */
    int strength;        /* 0 to FULL */
    int64_t bias;        /* of all factors: brings the peak back */
    int64_t knots[OCTAVES + 1];
    struct size *sizes; /* distinct, ascending */
    size_t size_count;
    uint64_t *live; /* per id, its bytes now; one more for NULL */
};

/* The bytes that an operation may get; 0 for free, and for what can never be met. */
static uint64_t met_bytes(const struct operation *op)
{
    uint64_t bytes = op->kind == OP_FREE ? 0 : operation_bytes(op);
    return bytes < BEYOND ? bytes : 0;
}

/* By how much the live payload grows with `op`; carries it out in `live`. */
static int64_t growth(uint64_t *live, const struct operation *op)
{
    uint64_t old = live[op->id], bytes = met_bytes(op);
    bool refused = op->kind == OP_REALLOC && operation_bytes(op) >= BEYOND;
    live[op->id] = refused ? old : bytes;
    return (int64_t)(live[op->id] - old);
}

static void forget_live(const struct draft *v)
{
    memset(v->live, 0, (v->trace->ids + (size_t)1) * sizeof *v->live);
}

static int64_t peak_payload(const struct draft *v, const struct trace *trace)
{
    int64_t live = 0, peak = 0;
    forget_live(v);
    for (size_t i = 0; i < trace->count; i++) {
        live += growth(v->live, &trace->operations[i]);
        peak = live > peak ? live : peak;
    }
    return peak;
}

/* Sizes */

static int by_size(const void *a, const void *b)
{
    const struct size *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

static void collect_sizes(struct draft *v, const struct trace *trace)
{
    size_t count = 0, distinct = 0;
    v->sizes = must_alloc((trace->count + 1) * sizeof *v->sizes);
    for (size_t i = 0; i < trace->count; i++)
        if (met_bytes(&trace->operations[i]))
            v->sizes[count++].from = met_bytes(&trace->operations[i]);
    qsort(v->sizes, count, sizeof *v->sizes, by_size);
    for (size_t i = 0; i < count; i++)
        if (distinct == 0 || v->sizes[distinct - 1].from != v->sizes[i].from)
            v->sizes[distinct++] = v->sizes[i];
    v->size_count = distinct;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t below_neighbour(const struct draft *v, size_t i)
{
    return i ? v->sizes[i - 1].to : 0;
}

static uint64_t above_neighbour(const struct draft *v, size_t i)
{
    return i + 1 < v->size_count ? v->sizes[i + 1].from : BEYOND;
}

/* Another size in the same cell, if there is one that no neighbour has. */
static uint64_t move_small(struct draft *v, size_t i)
{
    uint64_t size = v->sizes[i].from, cell = (size - 1) / CELL * CELL;
    uint64_t room = most(size / 32, 1);
    uint64_t low = most(most(cell + 1, size - least(room, size)), below_neighbour(v, i) + 1);
    uint64_t high = least(least(cell + CELL, size + room), above_neighbour(v, i) - 1);
    if (low >= high || draw_below(&v->state, FULL) >= (uint64_t)v->strength)
        return size;
    uint64_t other = draw_between(&v->state, low, high - 1);
    return other >= size ? other + 1 : other;
}

/* The factor by which sizes near `size` move: a line through each octave. */
static int64_t sway_at(const struct draft *v, uint64_t size)
{
    unsigned octave = 63u - (unsigned)__builtin_clzll(size);
    int64_t along = (int64_t)((size << 16) >> octave) - ONE;
    int64_t from = v->knots[octave], to = v->knots[octave + 1];
    return from + (to - from) * along / ONE + v->bias;
}

/* A size's own move, as far as it cannot meet its neighbours on the way. */
static int64_t move_alone(struct draft *v, size_t i)
{
    uint64_t size = v->sizes[i].from;
    uint64_t gap = above_neighbour(v, i) - size;
    if (i)
        gap = least(gap, size - v->sizes[i - 1].from);
    int64_t room = (int64_t)least(gap / 2, size / 16) * v->strength / FULL;
    return (int64_t)draw_below(&v->state, 2 * (uint64_t)room + 1) - room;
}

/* `last` is the move of the next smaller size, which is always possible. */
static int64_t move_large(struct draft *v, size_t i, int64_t last)
{
    uint64_t size = v->sizes[i].from;
    int64_t wish = (int64_t)size * sway_at(v, size) / ONE + move_alone(v, i);
    int64_t move = (wish + (wish < 0 ? -GRAIN : GRAIN) / 2) / GRAIN * GRAIN;
    bool possible = (int64_t)size + move > (int64_t)below_neighbour(v, i);
    return possible ? move : last;
}

/* Equal stays equal, and larger stays larger. */
static void move_sizes(struct draft *v)
{
    int64_t last = 0;
    for (int k = 0; k <= OCTAVES; k++)
        v->knots[k] = ((int64_t)draw_below(&v->state, 2 * SWAY) - SWAY) * v->strength / FULL;
    for (size_t i = 0; i < v->size_count; i++) {
        struct size *size = &v->sizes[i];
        if (size->from < SMALL) {
            size->to = move_small(v, i);
            continue;
        }
        last = move_large(v, i, last);
        size->to = (uint64_t)((int64_t)size->from + last);
    }
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* A calloc keeps its elements' size where that divides the new product. */
static void resize(const struct draft *v, struct operation *op)
{
    const struct size key = {.from = met_bytes(op)};
    if (key.from == 0)
        return;
    const struct size *size = bsearch(&key, v->sizes, v->size_count, sizeof *v->sizes, by_size);
    uint64_t element = op->count == 1 ? size->to : greatest_divisor(size->to, op->size);
    op->count = size->to / element;
    op->size = element;
}

/* Order */

/* An operation, and by how much the live payload grows with it wherever it stands. */
struct move {
    struct operation op;
    int64_t grows;
};

/*
 * May the later of two neighbours go first? A block's own calls stay in order. Where one
 * gives what the other takes, the peak moves by both: only small ones may pass. Blocks that
 * are made one after the other lie side by side, and live and die in a pattern that a trace
 * may be about (every second one is freed): they are seldom exchanged.
 */
static bool may_pass(struct draft *v, const struct move *first, const struct move *later,
                     int64_t slack)
{
    if (first->op.id == later->op.id)
        return false;
    if (first->grows > 0 && later->grows > 0)
        return draw_below(&v->state, 16) == 0;
    if (first->grows <= 0 && later->grows <= 0)
        return true;
    return llabs(first->grows) <= slack && llabs(later->grows) <= slack;
}

static void move_operations(struct draft *v, int64_t slack)
{
    size_t count = v->trace->count;
    struct move *moves = must_alloc((count + 1) * sizeof *moves);
    forget_live(v);
    for (size_t i = 0; i < count; i++) {
        struct operation op = v->trace->operations[i];
        struct move move = {op, growth(v->live, &op)};
        uint64_t hops = draw_below(&v->state, 2) * draw_below(&v->state, VARY_WINDOW + 1);
        size_t at = i;
        for (; hops && at && may_pass(v, &moves[at - 1], &move, slack); hops--, at--)
            moves[at] = moves[at - 1];
        moves[at] = move;
    }
    for (size_t i = 0; i < count; i++)
        v->trace->operations[i] = moves[i].op;
    free(moves);
}

/* One try; returns by what part of ONE its peak is off. */
static int64_t try_once(struct draft *v, const struct trace *trace, int64_t peak)
{
    memcpy(v->trace->operations, trace->operations, trace->count * sizeof *trace->operations);
    move_sizes(v);
    for (size_t i = 0; i < trace->count; i++)
        resize(v, &v->trace->operations[i]);
    /* As doubles, for the product may be beyond int64_t. */
    move_operations(v, (int64_t)((double)peak * v->strength / (1024 * FULL)));
    int64_t now = peak_payload(v, v->trace);
    return peak ? (int64_t)((double)(now - peak) / (double)peak * (double)ONE) : 0;
}

static bool is_off(int64_t off)
{
    return llabs(off) * 100 > VARY_PEAK * ONE;
}

void vary_trace(const struct trace *trace, uint64_t seed, struct trace *varied)
{
    struct draft v = {.trace = varied};
    *varied = (struct trace){.count = trace->count, .ids = trace->ids};
    varied->operations = must_alloc((trace->count + 1) * sizeof *varied->operations);
    v.live = must_alloc((trace->ids + (size_t)1) * sizeof *v.live);
    collect_sizes(&v, trace);
    int64_t peak = peak_payload(&v, trace), off = ONE;
    for (v.strength = FULL; is_off(off) && v.strength >= 0; v.strength--) {
        v.bias = 0;
        for (int i = 0; i < TRIES && is_off(off); i++) {
            v.state = seed; /* the same draws, with another bias */
            off = try_once(&v, trace, peak);
            v.bias -= off;
        }
    }
    trace_renumber(varied);
    for (size_t i = 0; i < varied->count; i++)
        varied->operations[i].line = (uint32_t)(TRACE_FIRST_LINE + i);
    free(v.sizes);
    free(v.live);
}

uint64_t vary_seed(uint64_t seed, const char *name)
{
    for (; *name; name++) {
        uint64_t state = seed ^ (unsigned char)*name;
        seed = draw_bits(&state);
    }
    return seed;
}
