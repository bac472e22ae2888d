#include "usage.h"
#include "fill.h"
#include "say.h"
#include <stdlib.h>
#include <string.h>

/* What the bytes of a live payload are, up to `kept`. */
enum contents { UNKNOWN, ZERO, FILLED };

struct usage_tenant {
    uint64_t start, size; /* offset in the heap; bytes */
    uint64_t kept;        /* so many bytes must still be what they were */
    uint64_t used;        /* bytes over which its places were laid out */
    uint32_t place;       /* in live_ids, plus 1; 0: not live */
    uint32_t serial;      /* of its writing: what its bytes are, and where its spots */
    enum contents contents;
    bool sparse; /* only its places count */
    bool moved;  /* since it was written */
};

void usage_open(struct usage *usage, uint32_t ids, uint64_t heap_start)
{
    uint64_t secret[2]; /* two: whoever reads a filled word knows the key of all bytes */
    must_random(secret, sizeof secret);
    *usage = (struct usage){
        .ids = ids, .heap_start = heap_start, .key = secret[0], .places = secret[1]};
    usage->tenants = must_alloc((ids + (size_t)1) * sizeof *usage->tenants);
    usage->live_ids = must_alloc((ids + (size_t)1) * sizeof *usage->live_ids);
}

void usage_close(struct usage *usage)
{
    free(usage->tenants);
    free(usage->live_ids);
    free(usage->news);
    *usage = (struct usage){0};
}

void usage_restart(struct usage *usage)
{
    memset(usage->tenants, 0, (usage->ids + (size_t)1) * sizeof *usage->tenants);
    usage->live = usage->refused = usage->count = usage->serial = 0;
    usage->news_count = usage->left_count = 0;
    usage->key = fill_mix(usage->key + 1);
}

/* The places of a sparse payload: its first part, a spot in each part of the rest, its end. */
enum { BEGINNING, FIRST_SPOT, END = FIRST_SPOT + USAGE_SPOTS, PLACES };

struct span {
    uint64_t from, to; /* from the payload's start; `from` is a multiple of 8 */
};

static struct span span_of(const struct usage *usage, const struct usage_tenant *t, unsigned i)
{
    if (i == BEGINNING)
        return (struct span){0, USAGE_PART};
    if (i == END)
        return (struct span){(t->used - USAGE_SPOT) & ~(uint64_t)7, t->used};
    unsigned spot = i - FIRST_SPOT;
    uint64_t draw = fill_mix(fill_mix(usage->places ^ t->serial) + spot);
    uint64_t part = (t->used - USAGE_PART) / USAGE_SPOTS;
    uint64_t from = (USAGE_PART + spot * part + draw % (part - USAGE_SPOT)) & ~(uint64_t)7;
    return (struct span){from, from + USAGE_SPOT};
}

/* What was written stays behind where nobody who clears little would look for it. */
static void leave_places(struct usage *usage, const struct usage_tenant *t)
{
    if (!t->sparse || t->contents != FILLED)
        return;
    for (unsigned i = FIRST_SPOT; i < PLACES; i++)
        usage->left[usage->left_count++ % USAGE_LEFT] = t->start + span_of(usage, t, i).from;
}

static void leave(struct usage *usage, uint32_t id)
{
    struct usage_tenant *t = &usage->tenants[id];
    if (t->place == 0)
        return;
    leave_places(usage, t);
    uint32_t last = usage->live_ids[--usage->count];
    usage->live_ids[t->place - 1] = last;
    usage->tenants[last].place = t->place;
    usage->live -= t->size;
    *t = (struct usage_tenant){0};
}

static void note_change(struct usage *usage, uint32_t id)
{
    usage->news =
        must_grow(usage->news, usage->news_count, &usage->news_room, sizeof *usage->news);
    usage->news[usage->news_count++] = id;
}

static void enter(struct usage *usage, uint32_t id, struct usage_tenant tenant)
{
    leave(usage, id);
    note_change(usage, id);
    usage->live_ids[usage->count++] = id;
    tenant.place = usage->count;
    usage->tenants[id] = tenant;
    usage->live += tenant.size;
    if (usage->live > usage->peak)
        usage->peak = usage->live;
}

static void follow(struct usage *usage, const struct operation *op, uint64_t pointer)
{
    struct usage_tenant old = usage->tenants[op->id];
    struct usage_tenant now = {.start = pointer - usage->heap_start,
                               .size = operation_bytes(op),
                               .serial = usage->serial++};
    if (op->kind == OP_FREE || (op->kind == OP_REALLOC && op->size == 0 && pointer == 0)) {
        leave(usage, op->id);
        return;
    }
    if (pointer == 0) { /* what a realloc was asked for is still there */
        usage->refused += now.size > 0;
        return;
    }
    if (op->kind == OP_CALLOC) {
        now.contents = ZERO;
        now.sparse = now.size > USAGE_WHOLE;
        now.kept = now.used = now.size;
    } else if (op->kind == OP_REALLOC && old.place) {
        now.contents = old.contents;
        now.sparse = old.sparse;
        now.moved = old.moved || now.start != old.start;
        now.serial = old.serial;
        now.used = old.used;
        now.kept = old.kept < now.size ? old.kept : now.size;
    }
    enter(usage, op->id, now);
}

void usage_follow(struct usage *usage, const struct operation *operations,
                  const uint64_t *pointers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        follow(usage, &operations[i], pointers[i]);
}

static uint64_t key_of(const struct usage *usage, const struct usage_tenant *t)
{
    return fill_mix(usage->key ^ t->serial);
}

/* Are the bytes from <= i < to what they were? `from` is a multiple of 8. */
static bool is_kept(const struct usage *usage, const struct usage_tenant *t,
                    const uint8_t *payload, uint64_t from, uint64_t to)
{
    if (t->contents == ZERO)
        return fill_zeros(payload + from, to - from) == to - from;
    return fill_verify(payload + from, from, to, key_of(usage, t)) == to;
}

/* Of memory that holds zeros anyway this proves nothing; is_clean() looks where it does not. */
static bool is_kept_sparsely(const struct usage *usage, const struct usage_tenant *t,
                             const uint8_t *payload)
{
    for (unsigned i = 0; i < PLACES; i++) {
        struct span p = span_of(usage, t, i);
        uint64_t to = p.to < t->kept ? p.to : t->kept;
        if (p.from < to && !is_kept(usage, t, payload, p.from, to))
            return false;
    }
    return true;
}

/* Was what payloads before it left behind there cleared? */
static bool is_clean(const struct usage *usage, const struct usage_tenant *t,
                     const uint8_t *payload)
{
    size_t count = usage->left_count < USAGE_LEFT ? usage->left_count : USAGE_LEFT;
    for (size_t i = 0; i < count; i++) {
        uint64_t from = usage->left[i] - t->start; /* huge, if it is below */
        if (from < t->kept && t->kept - from >= USAGE_SPOT &&
            !is_kept(usage, t, payload, from, from + USAGE_SPOT))
            return false;
    }
    return true;
}

static bool is_intact(const struct usage *usage, const struct usage_tenant *t,
                      const uint8_t *payload)
{
    if (t->contents == UNKNOWN)
        return true;
    if (!t->sparse)
        return is_kept(usage, t, payload, 0, t->kept);
    return is_kept_sparsely(usage, t, payload) &&
           (t->contents == FILLED || is_clean(usage, t, payload));
}

static void write_sparsely(const struct usage *usage, const struct usage_tenant *t,
                           uint8_t *payload)
{
    uint64_t key = key_of(usage, t);
    for (unsigned i = 0; i < PLACES; i++) {
        struct span p = span_of(usage, t, i);
        fill_write(payload + p.from, p.from, p.to, key);
    }
}

/*
 * The program writes what it has not written yet. What was moved is written anew: if it comes
 * back to where it was, its old bytes must not pass for a copy.
 */
static void write_rest(struct usage *usage, struct usage_tenant *t, uint8_t *payload)
{
    bool whole = t->contents == FILLED && !t->sparse && !t->moved; /* up to `kept` */
    uint64_t from = whole ? t->kept & ~(uint64_t)7 : 0;
    t->sparse = t->size > USAGE_WHOLE;
    t->serial = whole && !t->sparse ? t->serial : usage->serial++;
    t->kept = t->used = t->size;
    t->contents = FILLED;
    t->moved = false;
    if (t->sparse)
        write_sparsely(usage, t, payload);
    else
        fill_write(payload + from, from, t->size, key_of(usage, t));
}

uint32_t usage_settle(struct usage *usage, struct heap *heap)
{
    uint32_t damaged = UINT32_MAX;
    for (size_t i = 0; i < usage->news_count; i++) {
        uint32_t id = usage->news[i];
        struct usage_tenant *t = &usage->tenants[id];
        if (t->place == 0)
            continue; /* freed again meanwhile */
        if (t->size <= USAGE_WHOLE)
            heap_expect(heap, t->start, t->start + t->size);
        if (damaged == UINT32_MAX && !is_intact(usage, t, heap->view + t->start))
            damaged = id;
        write_rest(usage, t, heap->view + t->start);
    }
    usage->news_count = 0;
    return damaged;
}

void usage_list(const struct usage *usage, uint64_t *blocks, size_t bytes)
{
    memset(blocks, 0, bytes);
    for (uint32_t i = 0; i < usage->count; i++)
        blocks[usage->live_ids[i]] =
            usage->heap_start + usage->tenants[usage->live_ids[i]].start;
}

uint32_t usage_verify(const struct usage *usage, const struct heap *heap)
{
    for (uint32_t i = 0; i < usage->count; i++) {
        uint32_t id = usage->live_ids[i];
        const struct usage_tenant *t = &usage->tenants[id];
        if (!is_intact(usage, t, heap->view + t->start))
            return id;
    }
    return UINT32_MAX;
}
