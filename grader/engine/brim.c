#include "brim.h"
#include "draw.h"

/* Small blocks that are live at most. Steps with them before the heap is full, and later. */
enum { LIVE = 40, BEFORE = 24, LATER = 20, TURNS = 4 };

/* Blocks of fewer than 2^SMALL bytes come, go and are resized; larger ones are ballast. */
enum { LEAST = 4, SMALL = 12, CHUNK = 20, EACH = 3 };
enum { BALLAST = BRIM_MOST - CHUNK + EACH * (CHUNK - SMALL + 1) + TURNS };

/* The first blocks of ballast are so large that a realloc does not fill all of them before. */
enum { GIANTS = BRIM_MOST - 26 };
#define SPARSE ((uint64_t)1 << (BRIM_MOST - GIANTS + 1))

struct block {
    uint32_t id;
    uint64_t size;
};

struct brimmer {
    uint64_t state; /* draw.h */
    struct trace *mix;
    size_t most;
    struct block live[LIVE], ballast[BALLAST]; /* the newest last */
    size_t live_count, ballast_count;
};

static uint64_t below(struct brimmer *b, uint64_t n)
{
    return draw_below(&b->state, n);
}

static void emit(struct brimmer *b, enum operation_kind kind, uint32_t id, uint64_t size)
{
    if (b->mix->count < b->most)
        trace_add(b->mix, kind, id)->size = size;
}

static void leave(struct brimmer *b, struct block *blocks, size_t *count, size_t at)
{
    emit(b, OP_FREE, blocks[at].id, 0);
    for (--*count; at < *count; at++)
        blocks[at] = blocks[at + 1];
}

static void leave_any(struct brimmer *b)
{
    leave(b, b->live, &b->live_count, below(b, b->live_count));
}

static void take(struct brimmer *b, uint64_t size)
{
    static const enum operation_kind kinds[] = {OP_MALLOC, OP_MALLOC, OP_CALLOC, OP_REALLOC};
    if (b->live_count == LIVE)
        leave_any(b);
    b->live[b->live_count++] = (struct block){b->mix->ids, size};
    emit(b, kinds[below(b, 4)], b->mix->ids++, size);
}

/* Never cleared: that would take as long as it takes. */
static void take_ballast(struct brimmer *b, uint64_t size)
{
    b->ballast[b->ballast_count++] = (struct block){b->mix->ids, size};
    emit(b, OP_MALLOC, b->mix->ids++, size);
}

static uint64_t small_size(struct brimmer *b)
{
    return draw_between(&b->state, 1, below(b, 4) ? 300 : 1 << SMALL);
}

/* The newest block more often than others: it may be the last one below the break. */
static void resize(struct brimmer *b)
{
    size_t newest = b->live_count - 1, at = below(b, 2) ? newest : below(b, newest + 1);
    emit(b, OP_REALLOC, b->live[at].id, small_size(b));
}

static void work(struct brimmer *b, unsigned steps)
{
    for (unsigned i = 0; i < steps; i++) {
        uint64_t what = below(b, 8);
        if (b->live_count == 0 || what < 3)
            take(b, small_size(b));
        else if (what < 6)
            resize(b);
        else
            leave_any(b);
    }
}

/*
 * Half of what may be left, and half of the rest, and so on, until nothing is left. There are
 * more of those that an allocator may cut from a chunk: what it has in store is used up as
 * well.
 */
static void fill(struct brimmer *b)
{
    for (unsigned octave = BRIM_MOST; octave > CHUNK; octave--)
        take_ballast(b, (uint64_t)1 << octave);
    for (unsigned octave = CHUNK; octave >= LEAST; octave--)
        for (unsigned i = 0; i < EACH; i++) {
            uint64_t size = ((uint64_t)1 << octave) - below(b, 1 + (i << octave >> 4));
            if (octave < SMALL)
                take(b, size);
            else
                take_ballast(b, size);
        }
}

/* One of them is the last below the break, and cannot grow; then a little less is asked for. */
static void resize_all(struct brimmer *b)
{
    for (size_t i = b->live_count; i-- > 0;)
        for (unsigned tries = 0; tries < 2; tries++)
            emit(b, OP_REALLOC, b->live[i].id, small_size(b));
}

/* A large block goes, or nearly all of a giant, and others may come where it was. */
static void shift_ballast(struct brimmer *b)
{
    size_t at = below(b, below(b, 2) ? GIANTS : b->ballast_count);
    uint64_t size = b->ballast[at].size;
    if (size >= SPARSE && below(b, 2))
        emit(b, OP_REALLOC, b->ballast[at].id, draw_between(&b->state, 1, 1 << CHUNK));
    else
        leave(b, b->ballast, &b->ballast_count, at);
    work(b, LATER);
    take_ballast(b, size >> below(b, 4));
}

/* There is room again where one giant was: of all others a little is kept. */
static void shrink_giants(struct brimmer *b)
{
    leave(b, b->ballast, &b->ballast_count, below(b, GIANTS));
    for (size_t i = 0; i + 1 < GIANTS; i++)
        emit(b, OP_REALLOC, b->ballast[i].id, draw_between(&b->state, 1, 1 << CHUNK));
}

void brim_make(uint64_t state, uint32_t turn, size_t most, struct trace *mix)
{
    struct brimmer b = {.state = state ^ turn, .mix = mix, .most = most};
    work(&b, BEFORE);
    fill(&b);
    resize_all(&b);
    for (unsigned i = 0; i < TURNS; i++)
        shift_ballast(&b);
    shrink_giants(&b);
    while (b.ballast_count > 0)
        leave(&b, b.ballast, &b.ballast_count, below(&b, b.ballast_count));
    while (b.live_count > 0)
        leave_any(&b);
}
