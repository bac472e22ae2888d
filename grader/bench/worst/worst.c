/*
 * worst.c - the longest single operation of an allocator that is linked with it.
 *
 *     worst [BLOCKS]            (make worst; BLOCKS live at once, 1000000 without)
 *
 * Theory of operation. Each pattern below is what some design handles badly: long lists of
 * holes, holes that are all too small, heaps that grow and shrink as a whole. A mean hides
 * that; here every operation has its own time. A pattern is played in ROUNDS child processes,
 * in the same memory. The first round only makes the pages; of the others the least time of
 * each operation counts, so that an interrupt does not count. Then the largest of these is
 * looked for.
 *
 * Each payload holds its number from malloc to free, and the heap is checked at the end: fast
 * and wrong is said to be wrong. Nothing confines the allocator: this is for those that you
 * trust.
 */
#include "../alone.h"
#include "mm.h"
#include "number.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 5, OPERATIONS_PER_BLOCK = 4, LEAST_BLOCKS = 64, MOST_BLOCKS = 10000000 };

static const size_t room = (size_t)8 << 30; /* bytes that the break may reach */

/* Kept from round to round. */
struct shared {
    size_t count;     /* operations of this round */
    uint32_t least[]; /* nanoseconds of each */
};

static struct shared *shared;
static size_t **payloads;
static size_t round_number;

/* ---- One operation ---- */

static void fail(const char *what)
{
    fprintf(stderr, "worst: operation %zu: %s\n", shared->count, what);
    exit(1);
}

/* The first round is not kept, for it makes pages; the next one has nothing to compare with. */
static void keep(uint64_t ns)
{
    uint32_t *least = &shared->least[shared->count++];
    uint32_t time = ns < UINT32_MAX ? (uint32_t)ns : UINT32_MAX;
    if (round_number <= 1 || time < *least)
        *least = time;
}

static void take(size_t i, size_t size)
{
    uint64_t start = alone_now();
    size_t *payload = mm_malloc(size);
    keep(alone_now() - start);
    if (payload == NULL)
        fail("mm_malloc() returned NULL");
    payloads[i] = payload;
    *payload = i;
}

static void give(size_t i)
{
    if (*payloads[i] != i)
        fail("a payload was overwritten");
    uint64_t start = alone_now();
    mm_free(payloads[i]);
    keep(alone_now() - start);
}

static void take_every(size_t blocks, size_t step, size_t size)
{
    for (size_t i = 0; i < blocks; i += step)
        take(i, size);
}

static void give_every(size_t blocks, size_t step)
{
    for (size_t i = 0; i < blocks; i += step)
        give(i);
}

/* ---- Patterns: at most OPERATIONS_PER_BLOCK each ---- */

/* Every other block is freed, and what is asked for next fits into no hole. */
static void every_other(size_t blocks)
{
    take_every(blocks, 1, 48);
    give_every(blocks, 2);
    take_every(blocks, 2, 64);
    give_every(blocks, 1);
}

/* Long holes, of many sizes, that are all one unit too short. */
static void one_unit_short(size_t blocks)
{
    for (size_t i = 0; i < blocks / 16; i++)
        take(i, 1024 + i % 64 * 16);
    give_every(blocks / 16, 2);
    for (size_t i = 0; i < blocks / 16; i += 2)
        take(i, 1024 + i % 64 * 16 + 17);
    give_every(blocks / 16, 1);
}

/* The heap grows to a height and down to nothing, each time higher. */
static void sawtooth(size_t blocks)
{
    for (size_t height = blocks / 8; height <= blocks / 2; height += blocks / 8) {
        for (size_t i = 0; i < height; i++)
            take(i, 16 + i * 37 % 900);
        for (size_t i = height; i-- > 0;)
            give(i);
    }
}

/*
 * All blocks of one size are freed in no order, then the same memory is wanted in another.
 * Steps of a prime come by every block, where the number of blocks is no multiple of it.
 */
enum { STRIDE = 7919 };

static void fill_and_empty(size_t blocks)
{
    for (size_t size = 32; size <= 200; size += 168) {
        take_every(blocks, 1, size);
        for (size_t i = 0, at = 0; i < blocks; i++, at = (at + STRIDE) % blocks)
            give(at);
    }
}

static const struct pattern {
    const char *name;
    void (*play)(size_t blocks);
} patterns[] = {
    {"every other block freed", every_other},
    {"holes one unit too short", one_unit_short},
    {"sawtooth", sawtooth},
    {"fill and empty", fill_and_empty},
};

/* ---- Rounds ---- */

struct round {
    const struct pattern *pattern;
    size_t blocks;
};

static void play(const void *argument)
{
    const struct round *this = argument;
    shared->count = 0;
    this->pattern->play(this->blocks);
    if (!mm_checkheap(__LINE__))
        fail("mm_checkheap() returned false");
}

static void report(const struct pattern *pattern)
{
    size_t worst = 0;
    double sum = 0;
    for (size_t i = 0; i < shared->count; i++) {
        sum += shared->least[i];
        if (shared->least[i] > shared->least[worst])
            worst = i;
    }
    printf("%-26s%12zu%10.0f%12.1f%12zu\n", pattern->name, shared->count,
           sum / (double)shared->count, shared->least[worst] / 1e3, worst + 1);
}

int main(int argc, char **argv)
{
    uint64_t blocks = 1000000;
    if ((argc > 1 && !number_read(argv[1], MOST_BLOCKS, &blocks)) || blocks < LEAST_BLOCKS ||
        blocks % STRIDE == 0) {
        fprintf(stderr, "worst: BLOCKS is a number from %d to %d, no multiple of %d\n",
                LEAST_BLOCKS, MOST_BLOCKS, STRIDE);
        return 2;
    }
    shared = alone_map(sizeof *shared + OPERATIONS_PER_BLOCK * blocks * sizeof(uint32_t));
    payloads = alone_map(blocks * sizeof(size_t *));
    alone_open(room);
    printf("%-26s%12s%10s%12s%12s\n", "pattern", "operations", "mean ns", "worst us", "at");
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        for (round_number = 0; round_number < ROUNDS; round_number++)
            alone_play("worst", play, &(struct round){&patterns[i], blocks});
        report(&patterns[i]);
        fflush(stdout);
    }
    return 0;
}
