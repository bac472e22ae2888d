#include "shrink.h"
#include "say.h"
#include <stdlib.h>
#include <string.h>

/* Nobody looks for a smaller number than one of these; between them the sizes are halved. */
static const uint64_t round_sizes[] = {0, 1, 8, 16, 24, 32, 64, 128, 512, 4096};

/* A trace on its way; `part` says per operation which part it belongs to. */
struct shrinker {
    const struct shrink_test *test;
    struct trace best;
    uint32_t *part;
};

/* Candidates */

/* The operations of the best trace that are to be kept, but no free of what is not there. */
static struct trace copy(const struct shrinker *s, const bool *keep)
{
    struct trace trace = {.ids = s->best.ids};
    bool *live = must_alloc(trace.ids + (size_t)1);
    trace.operations = must_alloc(s->best.count * sizeof *trace.operations);
    for (size_t i = 0; i < s->best.count; i++) {
        const struct operation *op = &s->best.operations[i];
        bool lost = op->kind == OP_FREE && op->id < trace.ids && !live[op->id];
        if (lost || (keep && !keep[i]))
            continue;
        live[op->id] = op->kind != OP_FREE;
        trace.operations[trace.count++] = *op;
    }
    free(live);
    return trace;
}

/* Takes the candidate if it fails, without what comes after the failure. Eats it. */
static bool try(struct shrinker *s, struct trace candidate)
{
    size_t performed = candidate.count;
    trace_renumber(&candidate);
    if (!s->test->fails(&candidate, s->test->context, &performed)) {
        trace_free(&candidate);
        return false;
    }
    if (performed < candidate.count)
        candidate.count = performed;
    trace_renumber(&candidate);
    trace_free(&s->best);
    s->best = candidate;
    return true;
}

/* Parts: what is taken out together. Those who find them return how many there are. */

/* Each life is a part, and each free(NULL). An id may have many lives; each gets its own. */
static uint32_t find_lives(struct shrinker *s)
{
    struct trace *t = &s->best;
    uint32_t lives = 0;
    uint32_t *current = must_alloc((t->ids + (size_t)1) * sizeof *current);
    bool *live = must_alloc(t->ids + (size_t)1);
    s->part = must_resize(s->part, t->count * sizeof *s->part);
    for (size_t i = 0; i < t->count; i++) {
        struct operation *op = &t->operations[i];
        bool starts =
            op->id == t->ids || !live[op->id] || op->kind == OP_MALLOC || op->kind == OP_CALLOC;
        if (starts)
            current[op->id] = lives++;
        live[op->id] = op->id < t->ids && op->kind != OP_FREE;
        s->part[i] = current[op->id];
    }
    free(current);
    free(live);
    return lives;
}

/* With an id for each life, one can lose its free and harm no other. */
static void separate_lives(struct shrinker *s)
{
    struct trace *t = &s->best;
    uint32_t lives = find_lives(s);
    for (size_t i = 0; i < t->count; i++)
        t->operations[i].id = t->operations[i].id == t->ids ? lives : s->part[i];
    t->ids = lives;
    trace_renumber(t);
}

/*
 * Each operation is a part of its own, but for the malloc or calloc that a free follows: it
 * cannot go alone. (A realloc can begin a life.)
 */
static uint32_t find_operations(struct shrinker *s)
{
    bool *freed = must_alloc(s->best.ids + (size_t)1);
    uint32_t parts = 0;
    s->part = must_resize(s->part, s->best.count * sizeof *s->part);
    for (size_t i = s->best.count; i-- > 0;) {
        const struct operation *op = &s->best.operations[i];
        s->part[i] = freed[op->id] && op->kind != OP_FREE ? UINT32_MAX : 0;
        freed[op->id] = op->kind == OP_FREE && op->id < s->best.ids;
    }
    for (size_t i = 0; i < s->best.count; i++)
        if (s->part[i] == 0)
            s->part[i] = parts++;
    free(freed);
    return parts;
}

/* Tries the trace without the parts from <= part < to. */
static bool try_without(struct shrinker *s, uint32_t from, uint32_t to)
{
    bool *keep = must_alloc(s->best.count);
    for (size_t i = 0; i < s->best.count; i++)
        keep[i] = s->part[i] < from || s->part[i] >= to;
    struct trace candidate = copy(s, keep);
    free(keep);
    return try(s, candidate);
}

/*
 * ddmin: takes out one of n parts of the parts; where none can go, n is doubled. The last
 * ones go first: what they carry is rarely needed by those before.
 */
static void minimize(struct shrinker *s, uint32_t (*find_parts)(struct shrinker *s))
{
    uint32_t count = find_parts(s), pieces = 2;
    while (count > 0) {
        pieces = pieces < count ? pieces : count;
        bool shorter = false;
        for (uint32_t i = pieces; i-- > 0 && !shorter && !*s->test->enough;) {
            uint32_t from = (uint32_t)((uint64_t)count * i / pieces);
            uint32_t to = (uint32_t)((uint64_t)count * (i + 1) / pieces);
            shorter = try_without(s, from, to);
        }
        if (*s->test->enough || (!shorter && pieces == count))
            return;
        if (shorter)
            count = find_parts(s);
        pieces = shorter ? (pieces > 2 ? pieces - 1 : 2) : pieces * 2;
    }
}

/* Only the lives of which something happens in the last 1, 4, 16, ... operations. */
static void keep_last(struct shrinker *s)
{
    uint32_t lives = find_lives(s);
    bool *wanted = must_alloc(lives), *keep = must_alloc(s->best.count);
    for (size_t last = 1; last < s->best.count && !*s->test->enough; last *= 4) {
        memset(wanted, 0, lives);
        for (size_t i = s->best.count - last; i < s->best.count; i++)
            wanted[s->part[i]] = true;
        for (size_t i = 0; i < s->best.count; i++)
            keep[i] = wanted[s->part[i]];
        if (try(s, copy(s, keep)))
            break;
    }
    free(wanted);
    free(keep);
}

/* Calls and their sizes */

static bool try_operation(struct shrinker *s, size_t at, uint32_t kind, uint64_t count,
                          uint64_t size)
{
    struct trace candidate = copy(s, NULL);
    candidate.operations[at].kind = kind;
    candidate.operations[at].count = count;
    candidate.operations[at].size = size;
    return try(s, candidate);
}

/* malloc says it more simply than a first realloc, or than calloc. */
static void simplify_call(struct shrinker *s, size_t at)
{
    const struct operation op = s->best.operations[at];
    bool first = true;
    for (size_t i = 0; i < at; i++)
        first = first && s->best.operations[i].id != op.id;
    uint64_t bytes = operation_bytes(&op);
    if (op.kind != OP_MALLOC && op.kind != OP_FREE && first && bytes != UINT64_MAX)
        (void)(try_operation(s, at, OP_MALLOC, 1, bytes) ||
               (op.kind == OP_CALLOC && try_operation(s, at, OP_CALLOC, 1, bytes)));
}

/* Halves the way from a size that is too small to the one that does. */
static void search_size(struct shrinker *s, size_t at, uint64_t low)
{
    while (at < s->best.count && !*s->test->enough) {
        const struct operation op = s->best.operations[at];
        if (op.size <= low + 1)
            return;
        uint64_t middle = low + (op.size - low) / 2;
        if (!try_operation(s, at, op.kind, op.count, middle))
            low = middle;
    }
}

static void lower_size(struct shrinker *s, size_t at)
{
    const struct operation op = s->best.operations[at];
    uint64_t low = 0;
    for (size_t i = 0; i < sizeof round_sizes / sizeof *round_sizes; i++) {
        if (round_sizes[i] >= op.size)
            break;
        if (try_operation(s, at, op.kind, op.count, round_sizes[i]))
            return;
        low = round_sizes[i];
    }
    search_size(s, at, low);
}

struct trace shrink(const struct trace *trace, const struct shrink_test *test)
{
    enum { ROUNDS = 4 };
    struct shrinker s = {.test = test, .best = *trace};
    s.best = copy(&s, NULL);
    separate_lives(&s);
    try(&s, copy(&s, NULL)); /* cuts what follows the failure */
    keep_last(&s);
    size_t before = SIZE_MAX;
    for (int round = 0; round < ROUNDS && s.best.count < before; round++) {
        before = s.best.count;
        minimize(&s, find_lives);
        minimize(&s, find_operations);
        for (size_t i = 0; i < s.best.count && !*test->enough; i++)
            simplify_call(&s, i);
        for (size_t i = 0; i < s.best.count && !*test->enough; i++)
            if (s.best.operations[i].kind != OP_FREE)
                lower_size(&s, i);
    }
    free(s.part);
    return s.best;
}
