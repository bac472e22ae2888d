#include "damage.h"
#include "fill.h"
#include <inttypes.h>
#include <stdio.h>

static uint64_t roll(uint64_t *dice)
{
    return fill_mix((*dice)++);
}

/* A stretch of bytes outside of payloads: from <= offset < to. */
struct gap {
    uint64_t from, to;
    const struct payload *next; /* the one behind it, or NULL */
};

/* The gap behind the payloads that end at or below `from`. */
static struct gap gap_at(const struct shadow *shadow, uint64_t from, uint64_t brk)
{
    const struct payload *next = shadow_at_or_above(shadow, from);
    uint64_t to = next ? next->start : brk;
    return (struct gap){from, to > from ? to : from, next};
}

/* How many of a gap's bytes may be chosen. */
static uint64_t choices(const struct gap *gap, bool near)
{
    uint64_t bytes = gap->to - gap->from;
    return near && bytes > 2 * DAMAGE_NEAR ? 2 * DAMAGE_NEAR : bytes;
}

/* The byte number `choice` of all that may be chosen, or HEAP_NOWHERE; counts them. */
static uint64_t find_choice(const struct shadow *shadow, uint64_t brk, bool near,
                            uint64_t choice, uint64_t *count)
{
    *count = 0;
    for (uint64_t from = 0;;) {
        struct gap gap = gap_at(shadow, from, brk);
        uint64_t here = choices(&gap, near), rank = choice - *count;
        if (choice >= *count && rank < here)
            return rank < here / 2 ? gap.from + rank : gap.to - (here - rank);
        *count += here;
        if (!gap.next)
            return HEAP_NOWHERE;
        from = payload_end(gap.next);
    }
}

/* Does the aligned word around `at` lie outside of payloads and below the break? */
static bool word_is_free(const struct shadow *shadow, uint64_t at, uint64_t brk)
{
    uint64_t word = at & ~(uint64_t)7;
    return brk - word >= 8 && shadow_overlap(shadow, word, 8) == SHADOW_NONE;
}

static uint64_t new_word(uint64_t *dice, struct heap *heap, uint64_t before)
{
    uint64_t word = 0, kind = roll(dice) % 3;
    if (kind == 0)
        word = roll(dice);
    else if (kind == 1)
        heap_read(heap, roll(dice) % (heap->brk.size / 8) * 8, &word, sizeof word);
    return word != before ? word : before ^ (uint64_t)1 << roll(dice) % 64;
}

static void change(struct damage *d, uint64_t *dice, struct heap *heap)
{
    size_t bytes = d->is_word ? 8 : 1;
    heap_read(heap, d->at, &d->before, bytes);
    d->now = d->is_word ? new_word(dice, heap, d->before)
                        : d->before ^ (uint64_t)1 << roll(dice) % 8;
    heap_write(heap, d->at, &d->now, bytes);
}

/* The place beside the nearer of the two payloads around it. */
static void say_where(struct damage *d, const struct shadow *shadow, uint64_t brk)
{
    const struct payload *b = shadow_at_or_below(shadow, d->at);
    const struct payload *a = shadow_at_or_above(shadow, d->at);
    uint64_t after = b ? d->at - payload_end(b) : UINT64_MAX;
    uint64_t before = a ? a->start - d->at : UINT64_MAX;
    if (!a && !b)
        snprintf(d->where, sizeof d->where, "%" PRIu64 " bytes below the break", brk - d->at);
    else if (before <= after)
        snprintf(d->where, sizeof d->where,
                 "%" PRIu64 " bytes below block %" PRIu32 ", which line %" PRIu32 " made",
                 before, a->id, a->line);
    else
        snprintf(d->where, sizeof d->where,
                 "%" PRIu64 " bytes past the end of block %" PRIu32 ", which line %" PRIu32
                 " made",
                 after + 1, b->id, b->line);
}

bool damage_do(struct damage *d, struct heap *heap, const struct shadow *shadow,
               uint64_t random)
{
    uint64_t brk = heap->brk.size, count, none;
    bool near = roll(&random) % 2, is_word = roll(&random) % 2;
    *d = (struct damage){0};
    find_choice(shadow, brk, near, UINT64_MAX, &count);
    if (count == 0)
        return false;
    d->at = find_choice(shadow, brk, near, roll(&random) % count, &none);
    d->is_word = is_word && word_is_free(shadow, d->at, brk);
    if (d->is_word)
        d->at &= ~(uint64_t)7;
    say_where(d, shadow, brk);
    change(d, &random, heap);
    return true;
}

const char *damage_describe(const struct damage *d, char text[320])
{
    if (d->is_word)
        snprintf(text, 320,
                 "the word at heap+0x%" PRIx64 " (%s) replaced: 0x%" PRIx64
                 " became 0x%" PRIx64,
                 d->at, d->where, d->before, d->now);
    else
        snprintf(text, 320,
                 "bit %d of the byte at heap+0x%" PRIx64 " (%s) flipped: 0x%02" PRIx64
                 " became 0x%02" PRIx64,
                 __builtin_ctzll(d->before ^ d->now), d->at, d->where, d->before, d->now);
    return text;
}
