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
#include "break.h"
#include "memlib.h"
#include "mm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 5, OPERATIONS_PER_BLOCK = 4, PAGE = 4096 };

static const size_t room = (size_t)8 << 30; /* bytes that the break may reach */

/* Kept from round to round. */
struct shared {
    struct program_break brk;
    size_t count;     /* operations of this round */
    uint32_t least[]; /* nanoseconds of each */
};

static struct shared *shared;
static char *heap_start;
static size_t **payloads;
static size_t round_number;

/* ---- The break ---- */

void *mem_sbrk(intptr_t increment)
{
    uint64_t old = shared->brk.size;
    int error = break_move(&shared->brk, increment);
    if (error) {
        errno = error;
        return (void *)-1;
    }
    return heap_start + old;
}

void *mem_heap_lo(void)
{
    return heap_start;
}

void *mem_heap_hi(void)
{
    return heap_start + shared->brk.size - 1;
}

size_t mem_heapsize(void)
{
    return shared->brk.size;
}

size_t mem_pagesize(void)
{
    return PAGE;
}

/* ---- One operation ---- */

static void fail(const char *what)
{
    fprintf(stderr, "worst: operation %zu: %s\n", shared->count, what);
    exit(1);
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* The first round is not kept, for it makes pages; the next one has nothing to compare with. */
static void keep(uint64_t ns)
{
    uint32_t *least = &shared->least[shared->count++],
             time = ns < UINT32_MAX ? (uint32_t)ns : UINT32_MAX;
    if (round_number <= 1 || time < *least)
        *least = time;
}

static void take(size_t i, size_t size)
{
    uint64_t start = now();
    size_t *payload = mm_malloc(size);
    keep(now() - start);
    if (payload == NULL)
        fail("mm_malloc() returned NULL");
    payloads[i] = payload;
    *payload = i;
}

static void give(size_t i)
{
    if (*payloads[i] != i)
        fail("a payload was overwritten");
    uint64_t start = now();
    mm_free(payloads[i]);
    keep(now() - start);
}

static void take_every(size_t first, size_t blocks, size_t step, size_t size)
{
    for (size_t i = first; i < blocks; i += step)
        take(i, size);
}

static void give_every(size_t first, size_t blocks, size_t step)
{
    for (size_t i = first; i < blocks; i += step)
        give(i);
}

/* ---- Patterns: at most OPERATIONS_PER_BLOCK each ---- */

/* Every other block is freed, and what is asked for next fits into no hole. */
static void every_other(size_t blocks)
{
    take_every(0, blocks, 1, 48);
    give_every(0, blocks, 2);
    take_every(0, blocks, 2, 64);
    give_every(0, blocks, 1);
}

/* Long holes, of many sizes, that are all one unit too short. */
static void one_unit_short(size_t blocks)
{
    for (size_t i = 0; i < blocks / 16; i++)
        take(i, 1024 + i % 64 * 16);
    give_every(0, blocks / 16, 2);
    for (size_t i = 0; i < blocks / 16; i += 2)
        take(i, 1024 + i % 64 * 16 + 17);
    give_every(0, blocks / 16, 1);
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

/* All blocks of one size are freed in no order, then the same memory is wanted in another. */
static void fill_and_empty(size_t blocks)
{
    for (size_t size = 32; size <= 200; size += 168) {
        take_every(0, blocks, 1, size);
        for (size_t i = 0, at = 0; i < blocks; i++, at = (at + 7919) % blocks)
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

static void play(const struct pattern *pattern, size_t blocks)
{
    memset(heap_start, 0, shared->brk.peak); /* a child makes its own way to each page */
    if (!mm_init())
        fail("mm_init() returned false");
    pattern->play(blocks);
    if (!mm_checkheap(__LINE__))
        fail("mm_checkheap() returned false");
    exit(0);
}

/* Plays a round in a process of its own: an allocator has no other way to begin again. */
static void play_apart(const struct pattern *pattern, size_t blocks)
{
    shared->brk.size = shared->count = 0;
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        play(pattern, blocks);
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        perror("worst: fork");
        exit(2);
    }
    if (status != 0) {
        fprintf(stderr, "worst: %s ended the allocator\n", pattern->name);
        exit(1);
    }
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

static void *map(size_t bytes)
{
    void *place = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED) {
        perror("worst: mmap");
        exit(2);
    }
    return place;
}

int main(int argc, char **argv)
{
    char *end = "";
    size_t blocks = argc > 1 ? strtoul(argv[1], &end, 10) : 1000000;
    if (*end != '\0' || blocks < 64 || blocks > 10000000 ||
        blocks % 7919 == 0) { /* see fill_and_empty() */
        fprintf(stderr, "worst: BLOCKS is a number from 64 to 10000000, no multiple of 7919\n");
        return 2;
    }
    shared = map(sizeof *shared + OPERATIONS_PER_BLOCK * blocks * sizeof(uint32_t));
    shared->brk.limit = room;
    heap_start = map(room);
    payloads = map(blocks * sizeof(size_t *));
    printf("%-26s%12s%10s%12s%12s\n", "pattern", "operations", "mean ns", "worst us", "at");
    fflush(stdout); /* or each child has it to print as well */
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        for (round_number = 0; round_number < ROUNDS; round_number++)
            play_apart(&patterns[i], blocks);
        report(&patterns[i]);
        fflush(stdout);
    }
    return 0;
}
