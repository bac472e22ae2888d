#include "usage.h"
#include "fill.h"
#include "say.h"
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* What the bytes of a live payload are, up to `kept`. */
enum contents { UNKNOWN, ZERO, FILLED };

struct usage_tenant {
    uint64_t start, size; /* offset in the heap; bytes */
    uint64_t kept;        /* so many bytes must still be what they were */
    uint32_t place;       /* in live_ids, plus 1; 0: not live */
    uint32_t serial;      /* of its writing: where its spots are */
    enum contents contents;
    bool sparse; /* FILLED, but only the first part and the spots were written */
};

void usage_open(struct usage *usage, uint32_t ids, uint64_t heap_start)
{
    uint64_t secret[2]; /* two: whoever reads a filled word knows the key of all bytes */
    if (getrandom(secret, sizeof secret, 0) != (ssize_t)sizeof secret)
        die("the kernel gives no random bytes (getrandom)");
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
    usage->news_count = 0;
    usage->key = fill_mix(usage->key + 1);
}

static void leave(struct usage *usage, uint32_t id)
{
    struct usage_tenant *t = &usage->tenants[id];
    if (t->place == 0)
        return;
    uint32_t last = usage->live_ids[--usage->count];
    usage->live_ids[t->place - 1] = last;
    usage->tenants[last].place = t->place;
    usage->live -= t->size;
    *t = (struct usage_tenant){0};
}

static void note_change(struct usage *usage, uint32_t id)
{
    if (usage->news_count == usage->news_room) {
        usage->news_room = usage->news_room ? 2 * usage->news_room : 1024;
        usage->news = must_resize(usage->news, usage->news_room * sizeof *usage->news);
    }
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
        now.kept = now.size;
    } else if (op->kind == OP_REALLOC && old.place) {
        now.contents = old.contents;
        now.sparse = old.sparse;
        now.serial = old.serial;
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

static uint64_t key_of(const struct usage *usage, uint32_t id)
{
    return fill_mix(usage->key ^ id);
}

/* Are the bytes from <= i < to what they were? `from` is a multiple of 8. */
static bool is_kept(const struct usage_tenant *t, const uint8_t *payload, uint64_t from,
                    uint64_t to, uint64_t key)
{
    if (t->contents == ZERO)
        return fill_zeros(payload + from, to - from) == to - from;
    return fill_verify(payload + from, from, to, key) == to;
}

/*
 * The payload's spots, from the lowest: the first at or above `octave`, whole below `end`.
 * Returns its octave, or 0 if there is none; *from is where it is.
 */
static unsigned next_spot(const struct usage *usage, const struct usage_tenant *t,
                          unsigned octave, uint64_t end, uint64_t *from)
{
    uint64_t secret = fill_mix(usage->places ^ t->serial);
    for (; octave < 63 && (uint64_t)1 << octave < end; octave++) {
        uint64_t draw = fill_mix(secret + octave), start = (uint64_t)1 << octave;
        *from = start + (draw % (start - USAGE_SPOT) & ~(uint64_t)7);
        if (draw >> 32 < ((uint64_t)1 << 32) / USAGE_RARE && *from + USAGE_SPOT <= end)
            return octave;
    }
    return 0;
}

static bool is_kept_sparsely(const struct usage *usage, const struct usage_tenant *t,
                             const uint8_t *payload, uint64_t key)
{
    uint64_t from;
    unsigned octave = USAGE_FIRST_OCTAVE;
    if (!is_kept(t, payload, 0, t->kept < USAGE_PART ? t->kept : USAGE_PART, key))
        return false;
    for (; (octave = next_spot(usage, t, octave, t->kept, &from)); octave++)
        if (!is_kept(t, payload, from, from + USAGE_SPOT, key))
            return false;
    return true;
}

static bool is_intact(const struct usage *usage, const struct usage_tenant *t,
                      const uint8_t *payload, uint64_t key)
{
    if (t->contents == UNKNOWN)
        return true;
    if (t->sparse || t->kept > USAGE_WHOLE)
        return is_kept_sparsely(usage, t, payload, key);
    return is_kept(t, payload, 0, t->kept, key);
}

static void write_sparsely(const struct usage *usage, const struct usage_tenant *t,
                           uint8_t *payload, uint64_t key)
{
    uint64_t from;
    unsigned octave = USAGE_FIRST_OCTAVE;
    fill_write(payload, 0, USAGE_PART, key);
    for (; (octave = next_spot(usage, t, octave, t->size, &from)); octave++)
        fill_write(payload + from, from, from + USAGE_SPOT, key);
}

/* The program writes what it has not written yet. */
static void write_rest(struct usage *usage, struct usage_tenant *t, uint8_t *payload,
                       uint64_t key)
{
    bool whole = t->contents == FILLED && !t->sparse; /* up to `kept` */
    uint64_t from = whole ? t->kept & ~(uint64_t)7 : 0;
    bool sparse = t->size > USAGE_WHOLE;
    t->serial = usage->serial++;
    if (sparse)
        write_sparsely(usage, t, payload, key);
    else if (!whole || t->kept < t->size)
        fill_write(payload + from, from, t->size, key);
    t->contents = FILLED;
    t->sparse = sparse;
    t->kept = t->size;
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
        if (damaged == UINT32_MAX &&
            !is_intact(usage, t, heap->view + t->start, key_of(usage, id)))
            damaged = id;
        write_rest(usage, t, heap->view + t->start, key_of(usage, id));
    }
    usage->news_count = 0;
    return damaged;
}

uint32_t usage_verify(const struct usage *usage, const struct heap *heap)
{
    for (uint32_t i = 0; i < usage->count; i++) {
        uint32_t id = usage->live_ids[i];
        const struct usage_tenant *t = &usage->tenants[id];
        if (!is_intact(usage, t, heap->view + t->start, key_of(usage, id)))
            return id;
    }
    return UINT32_MAX;
}
