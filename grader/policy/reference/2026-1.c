/*
 * mm.c, the reference - segregated best fit, with the small blocks kept together.
 *
 * Vital statistics
 *   Alignment:   every payload starts at a multiple of MM_ALIGNMENT bytes.
 *   Overhead:    8 bytes for each used block (the header), then rounding up; a block has at
 *                least 16 bytes. The bins take about 1 KiB at the start of the heap.
 *   mm_malloc:   best fit, found through 128 bins and a bitmap; at most LOOK_AT blocks of
 *                a bin are compared, so the time is bounded.
 *   mm_free:     joins free neighbours at once, in constant time.
 *   mm_realloc:  in place if free memory or the break is behind the block; slides down
 *                into free memory in front of it; copies only if neither is enough.
 *   The break:   raised by the missing bytes only; never lowered.
 *
 * A used block
 *
 *     block                                           next block
 *     |                                               |
 *     v                                               v
 *     +---------------+-------------------------------+---------------+----
 *     | header: size, | payload                       | header        |
 *     | USED,         |                               |               |
 *     | PREV_USED?    |                               |               |
 *     +---------------+-------------------------------+---------------+----
 *                     ^
 *                     what mm_malloc returns: a multiple of MM_ALIGNMENT
 *
 * A free block of LONG bytes or more. Its neighbours are in use, always: if they were not,
 * they would have been joined. So its header needs no PREV_USED.
 *
 *     +---------------+-------+-------+---------------+---------------+----
 *     | header: size  | next  | prev  | ...           | footer: size  |
 *     +---------------+-------+-------+---------------+---------------+----
 *
 * A shorter free block has no room for four words. Its first and last word are its links,
 * and a tag in their low bits tells its size: 16 bytes, or 24 if MM_ALIGNMENT is 8.
 *
 *     +---------------+---------------+----
 *     | next, tag     | prev, tag     |
 *     +---------------+---------------+----
 *
 * Both kinds tell their size in the first word and in the last one (boundary tags: Knuth,
 * The Art of Computer Programming, volume 1, section 2.5). A used block has no footer,
 * because the next header has a bit that says whether it is needed.
 *
 * The heap
 *
 *     +-------------------+---------+---------+-- - - - --+---------+-------+
 *     | struct heap: bins | block   | block   |           | block   | fence |
 *     +-------------------+---------+---------+-- - - - --+---------+-------+
 *     ^                                                                     ^
 *     mem_heap_lo()                                                         break
 *
 * The fence is a header of size 0 that says "in use". A walk over the blocks ends there.
 */
#include "memlib.h"
#include "mm.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- Blocks ---- */

struct block {
    size_t header;             /* size of the whole block in bytes, and bits; see above */
    struct block *next, *prev; /* only in a long free block: its neighbours in the bin */
};

enum {
    USED = 1,      /* this block is in use */
    PREV_USED = 2, /* in a used block: so is the previous one */
    TAG = 6,       /* in a free block: not zero if the block is short */
    BITS = 7,
    WORD = (int)sizeof(size_t), /* bytes of a header, of a footer, of a link */
    SHORTEST = 2 * WORD,
    LONG = (int)sizeof(struct block) + WORD,
    LOOK_AT = 64,     /* blocks compared in one bin, at most */
    SMALL = 96,       /* blocks up to this size are kept together; see carve() */
    RUN_PART = 32,    /* a new reserve is this part of the heap's size, */
    RUN_LIMIT = 2048, /* and never longer than this */
    HOLE = 8          /* a hole so many times the need is cut from its end; see place() */
};

_Static_assert(RUN_LIMIT % MM_ALIGNMENT == 0, "a reserve is made of whole units");
_Static_assert(sizeof(size_t) == 8 && MM_ALIGNMENT >= 8, "the tag needs three low bits");

/* More than any heap can hold; sums with sizes up to this one cannot overflow. */
static const size_t max_request = SIZE_MAX / 4;

static size_t align_up(size_t bytes)
{
    return (bytes + MM_ALIGNMENT - 1) / MM_ALIGNMENT * MM_ALIGNMENT;
}

/* How long a block must be to carry a payload of `request` bytes. */
static size_t block_size_for(size_t request)
{
    size_t size = align_up(WORD + request);
    return size < SHORTEST ? SHORTEST : size;
}

/* The size of a free block, from its first or last word. The tag is 2 for 16, 4 for 24. */
static size_t size_told(size_t word)
{
    return word & TAG ? 8 + 4 * (word & TAG) : word;
}

static bool block_is_used(const struct block *block)
{
    return (block->header & USED) != 0;
}

static size_t block_size(const struct block *block)
{
    return block_is_used(block) ? block->header & ~(size_t)BITS : size_told(block->header);
}

/* The bytes of a free block; 0 for a used one. */
static size_t free_size(const struct block *block)
{
    return block_is_used(block) ? 0 : size_told(block->header);
}

static struct block *block_at(struct block *block, size_t offset)
{
    return (struct block *)((char *)block + offset);
}

static struct block *block_next(struct block *block)
{
    return block_at(block, block_size(block));
}

static void *block_payload(struct block *block)
{
    return (char *)block + WORD;
}

static struct block *block_of(void *payload)
{
    return (struct block *)((char *)payload - WORD);
}

/* The last word of the block before this one. */
static size_t *word_before(struct block *block)
{
    return (size_t *)((char *)block - WORD);
}

/* The bytes of the previous block if it is free; 0 if it is used. Ask a used block only. */
static size_t free_size_before(struct block *block)
{
    return block->header & PREV_USED ? 0 : size_told(*word_before(block));
}

/* The previous block; only if it is free. */
static struct block *block_prev(struct block *block)
{
    return (struct block *)((char *)block - size_told(*word_before(block)));
}

/* Makes a used block; `prev_used` is PREV_USED or 0. No free block may follow it. */
static void set_used(struct block *block, size_t size, size_t prev_used)
{
    block->header = size | prev_used | USED;
    block_at(block, size)->header |= PREV_USED;
}

/* Makes a free block that is in no bin. No free block may be beside it. */
static void set_free(struct block *block, size_t size)
{
    size_t word = size < LONG ? (size - 8) / 4 : size;
    struct block *next = block_at(block, size);

    block->header = word;
    *word_before(next) = word;
    next->header &= ~(size_t)PREV_USED;
}

/* ---- The links of a free block ---- */

static struct block *get_next(struct block *block)
{
    size_t tag = block->header & TAG;
    return tag ? (struct block *)(block->header - tag) : block->next;
}

static struct block *get_prev(struct block *block)
{
    size_t tag = block->header & TAG;
    return tag ? (struct block *)(*word_before(block_next(block)) - tag) : block->prev;
}

static void set_next(struct block *block, struct block *next)
{
    size_t tag = block->header & TAG;
    if (tag)
        block->header = (size_t)next + tag;
    else
        block->next = next;
}

static void set_prev(struct block *block, struct block *prev)
{
    size_t tag = block->header & TAG;
    if (tag)
        *word_before(block_next(block)) = (size_t)prev + tag;
    else
        block->prev = prev;
}

/* ---- The bins ---- */

enum {
    EXACT = 64, /* the first bins hold blocks of one size each, the others a range */
    STEPS = 4,  /* ranges in each power of two */
    BINS = 128  /* the last bin takes all longer blocks, too */
};

/* Stands at the start of the heap. */
struct heap {
    uint64_t nonempty[BINS / 64]; /* a bit is set while its bin has a block */
    struct block *bins[BINS];
    struct block *reserve; /* a free block in no bin, or NULL; see carve() */
};

enum {
    FIRST = (sizeof(struct heap) + WORD + MM_ALIGNMENT - 1) / MM_ALIGNMENT * MM_ALIGNMENT - WORD
};

static struct heap *heap;

static size_t bin_of(size_t size)
{
    size_t units = size / MM_ALIGNMENT;
    if (units < EXACT)
        return units;
    size_t power = 63 - (size_t)__builtin_clzll(units); /* 6 or more */
    size_t bin = EXACT + (power - 6) * STEPS + (units >> (power - 2)) % STEPS;
    return bin < BINS ? bin : BINS - 1;
}

static void list_add(struct block *block)
{
    size_t bin = bin_of(block_size(block));
    struct block *first = heap->bins[bin];

    set_next(block, first);
    set_prev(block, NULL);
    if (first != NULL)
        set_prev(first, block);
    heap->bins[bin] = block;
    heap->nonempty[bin / 64] |= (uint64_t)1 << bin % 64;
}

static void list_remove(struct block *block)
{
    struct block *next = get_next(block), *prev = get_prev(block);

    if (next != NULL)
        set_prev(next, prev);
    if (prev != NULL) {
        set_next(prev, next);
        return;
    }
    size_t bin = bin_of(block_size(block));
    heap->bins[bin] = next;
    if (next == NULL)
        heap->nonempty[bin / 64] &= ~((uint64_t)1 << bin % 64);
}

/* The first bin from `bin` on that has a block, or BINS. */
static size_t next_bin(size_t bin)
{
    for (; bin < BINS; bin = (bin / 64 + 1) * 64) {
        uint64_t bits = heap->nonempty[bin / 64] >> bin % 64;
        if (bits != 0)
            return bin + (size_t)__builtin_ctzll(bits);
    }
    return BINS;
}

/*
 * The shortest block that is long enough among the first LOOK_AT of a bin, or NULL. In an
 * exact bin all blocks are alike; in a range all are long, so a header is just the size.
 */
static struct block *best_in_bin(size_t bin, size_t need)
{
    struct block *best = NULL;
    size_t best_size = SIZE_MAX;
    int looks = LOOK_AT;

    if (bin < EXACT)
        return heap->bins[bin];
    for (struct block *b = heap->bins[bin]; b != NULL && looks-- > 0; b = b->next)
        if (b->header >= need && b->header < best_size) {
            best = b;
            best_size = b->header;
            if (best_size == need)
                break;
        }
    return best;
}

/* A free block that is long enough, or NULL. Only the first bin, or the last, may fail. */
static struct block *find_fit(size_t need)
{
    struct block *best = NULL;

    for (size_t bin = next_bin(bin_of(need)); best == NULL && bin < BINS;
         bin = next_bin(bin + 1))
        best = best_in_bin(bin, need);
    return best;
}

/* ---- The heap ---- */

static struct block *first_block(void)
{
    return (struct block *)((char *)heap + FIRST);
}

static void unlist(struct block *block)
{
    if (block == heap->reserve)
        heap->reserve = NULL;
    else
        list_remove(block);
}

/*
 * Frees `size` bytes from `block` on, which are marked as used or belonged to a used block.
 * Joins them with free neighbours and lists the result. The reserve stays the reserve,
 * unless it becomes too long to be withheld from large requests.
 */
static void coalesce(struct block *block, size_t size)
{
    struct block *next = block_at(block, size), *reserve = heap->reserve;
    size_t before = free_size_before(block), after = free_size(next);

    if (before != 0) {
        block = block_prev(block);
        unlist(block);
    }
    if (after != 0)
        unlist(next);
    size += before + after;
    set_free(block, size);
    if (heap->reserve != reserve && size <= RUN_LIMIT)
        heap->reserve = block;
    else
        list_add(block);
}

/* Uses the first `need` of `size` bytes in no bin; the rest, if long enough, is freed. */
static void cut(struct block *block, size_t size, size_t need, size_t prev_used)
{
    if (size - need < SHORTEST)
        need = size;
    set_used(block, need, prev_used);
    if (size > need)
        coalesce(block_at(block, need), size - need);
}

/*
 * Takes `need` bytes from a listed block. A large block comes from the end of a hole that is
 * much longer, a small one from the start, so that they do not alternate: small blocks that
 * stay would keep the holes between them too short for large ones.
 */
static struct block *place(struct block *block, size_t need)
{
    size_t size = block_size(block);

    list_remove(block);
    if (need <= SMALL || size / HOLE < need) {
        cut(block, size, need, PREV_USED);
        return block;
    }
    set_free(block, size - need);
    list_add(block);
    block = block_at(block, size - need);
    set_used(block, need, 0);
    return block;
}

/* Raises the break by `bytes` and moves the fence there; false if `fence` is none. */
static bool move_fence(struct block *fence, size_t bytes)
{
    if (block_size(fence) != 0 || mem_sbrk((intptr_t)bytes) == (void *)-1)
        return false;
    block_at(fence, bytes)->header = 0 | USED;
    return true;
}

/*
 * Takes `need` bytes at the end of the heap. If the last block is free, only the missing
 * part is new; but the reserve is left alone. Returns NULL when the heap is full.
 */
static struct block *grow(size_t need)
{
    struct block *block = (struct block *)((char *)mem_sbrk(0) - WORD); /* the fence */
    size_t prev_used = block->header & PREV_USED;
    size_t have = free_size_before(block);

    if (have != 0 && block_prev(block) == heap->reserve)
        have = 0;
    if (have >= need)
        return place(block_prev(block), need); /* find_fit() did not look so far */
    if (!move_fence(block, need - have))
        return NULL;
    if (have != 0) {
        block = block_prev(block);
        list_remove(block);
        prev_used = PREV_USED;
    }
    set_used(block, need, prev_used);
    return block;
}

/* Puts the reserve into its bin, where every request may have it. */
static void drop_reserve(void)
{
    struct block *block = heap->reserve;

    heap->reserve = NULL;
    if (block != NULL)
        list_add(block);
}

/*
 * Makes a new reserve at the end of the heap, or none if it would not hold two blocks. No
 * listed block is long enough for `need`, so grow() cannot come back with one.
 */
static void refill_reserve(size_t need)
{
    size_t run = align_up(mem_heapsize() / RUN_PART);

    drop_reserve();
    if (run > RUN_LIMIT)
        run = RUN_LIMIT;
    struct block *block = run < 2 * need ? NULL : grow(run);
    if (block == NULL)
        return;
    set_free(block, block_size(block));
    heap->reserve = block;
}

/*
 * Takes a small block from the reserve. Without it, small and large blocks that are asked
 * for in turn would lie in turn, and when one kind is freed its holes would serve only
 * blocks of the same size. Returns NULL if there is no reserve to be had.
 */
static struct block *carve(size_t need)
{
    if (heap->reserve == NULL || block_size(heap->reserve) < need)
        refill_reserve(need);
    struct block *block = heap->reserve;
    if (block == NULL)
        return NULL;

    size_t size = block_size(block);
    if (size - need < SHORTEST)
        need = size;
    set_used(block, need, PREV_USED);
    heap->reserve = NULL;
    if (size > need) {
        heap->reserve = block_at(block, need);
        set_free(heap->reserve, size - need);
    }
    return block;
}

/* When the break cannot be raised: a block that the reserve helps to make, or NULL. */
static struct block *last_resort(size_t need)
{
    drop_reserve();
    struct block *block = find_fit(need);
    return block != NULL ? place(block, need) : grow(need);
}

/* Makes a used block `need` bytes long without moving it. Returns false if that fails. */
static bool resize(struct block *block, size_t need)
{
    size_t size = block_size(block), prev_used = block->header & PREV_USED;
    struct block *next = block_next(block);
    size_t after = free_size(next);

    if (need <= size && size - need < SHORTEST)
        return true;
    if (need > size) {
        size_t missing = need > size + after ? need - size - after : 0;
        if (missing != 0 && !move_fence(block_at(next, after), missing))
            return false;
        if (after != 0)
            unlist(next);
        size += after + missing;
    }
    cut(block, size, need, prev_used);
    return true;
}

/* Moves a used block down into the free block before it; NULL if that is not enough. */
static struct block *slide(struct block *block, size_t need)
{
    struct block *next = block_next(block);
    size_t size = block_size(block), before = free_size_before(block), after = free_size(next);

    if (before == 0 || before + size + after < need)
        return NULL;
    struct block *to = block_prev(block);
    unlist(to);
    if (after != 0)
        unlist(next);
    memmove(block_payload(to), block_payload(block), size - WORD);
    cut(to, before + size + after, need, PREV_USED);
    return to;
}

/* ---- What mm.h promises ---- */

bool mm_init(void)
{
    heap = mem_sbrk(FIRST + WORD);
    if (heap == (void *)-1)
        return false;
    memset(heap, 0, sizeof *heap);
    first_block()->header = 0 | USED | PREV_USED; /* the fence */
    return true;
}

void *mm_malloc(size_t size)
{
    if (size == 0 || size > max_request)
        return NULL;
    size_t need = block_size_for(size);

    struct block *block = find_fit(need);
    if (block != NULL)
        return block_payload(place(block, need));
    if (need <= SMALL)
        block = carve(need);
    if (block == NULL)
        block = grow(need);
    if (block == NULL)
        block = last_resort(need);
    return block != NULL ? block_payload(block) : NULL;
}

void mm_free(void *ptr)
{
    if (ptr == NULL)
        return;
    struct block *block = block_of(ptr);
    coalesce(block, block_size(block));
}

void *mm_realloc(void *ptr, size_t size)
{
    if (ptr == NULL)
        return mm_malloc(size);
    if (size == 0) {
        mm_free(ptr);
        return NULL;
    }

    if (size > max_request)
        return NULL;
    struct block *block = block_of(ptr);
    size_t need = block_size_for(size);
    if (resize(block, need))
        return ptr;
    size_t old_size = block_size(block) - WORD;
    struct block *lower = slide(block, need);
    if (lower != NULL)
        return block_payload(lower);
    void *moved = mm_malloc(size);
    if (moved == NULL)
        return NULL; /* the old payload is still there, as mm.h promises */
    memcpy(moved, ptr, old_size);
    mm_free(ptr);
    return moved;
}

void *mm_calloc(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL; /* the product does not fit in a size_t */
    void *payload = mm_malloc(count * size);
    if (payload != NULL)
        memset(payload, 0, count * size);
    return payload;
}

/* ---- The heap checker ---- */

/* If `ok` is false, says which sentence about `block` is broken. Returns `ok`. */
static bool holds(bool ok, int line, const struct block *block, const char *sentence)
{
    if (!ok)
        fprintf(stderr, "mm_checkheap, line %d: block at heap + %td: %s\n", line,
                (const char *)block - (const char *)mem_heap_lo(), sentence);
    return ok;
}

/* What must be true of a free block. */
static bool check_free(struct block *block, int line)
{
    return holds(block_is_used(block_next(block)), line, block,
                 "it and the next block are both free") &&
           holds(size_told(*word_before(block_next(block))) == block_size(block), line, block,
                 "its last word tells another size") &&
           holds(free_size_before(block_next(block)) != 0, line, block,
                 "it is free and the next header says it is used");
}

static bool check_block(struct block *block, int line)
{
    size_t room = (size_t)((char *)mem_sbrk(0) - WORD - (char *)block);

    return holds((uintptr_t)block_payload(block) % MM_ALIGNMENT == 0, line, block,
                 "its payload is not aligned") &&
           holds(block_size(block) >= SHORTEST, line, block,
                 "it is shorter than the shortest block") &&
           holds(block_size(block) % MM_ALIGNMENT == 0, line, block,
                 "its size is not a multiple of the alignment") &&
           holds(block_size(block) <= room, line, block, "it reaches past the fence") &&
           (block_is_used(block)
                ? holds(!block_is_used(block_next(block)) ||
                            (block_next(block)->header & PREV_USED) != 0,
                        line, block, "it is used and the next header says it is free")
                : check_free(block, line));
}

/* Checks the list of one bin; subtracts its blocks from `*expected`. */
static bool check_list(size_t bin, size_t *expected, int line)
{
    struct block *prev = NULL;

    for (struct block *b = heap->bins[bin]; b != NULL; prev = b, b = get_next(b))
        if (!holds((*expected)-- != 0, line, b, "the bins hold more blocks than are free") ||
            !holds(!block_is_used(b), line, b, "it is in a bin and in use") ||
            !holds(b != heap->reserve, line, b, "it is in a bin and the reserve") ||
            !holds(bin_of(block_size(b)) == bin, line, b, "it is in the wrong bin") ||
            !holds(get_prev(b) == prev, line, b, "its prev link is wrong"))
            return false;
    return holds((heap->nonempty[bin / 64] >> bin % 64 & 1) == (prev != NULL), line, prev,
                 "the bit of its bin is wrong");
}

/* Checks the bins: with the reserve they hold exactly the `expected` free blocks. */
static bool check_bins(size_t expected, int line)
{
    struct block *reserve = heap->reserve;

    if (reserve != NULL &&
        (!holds(!block_is_used(reserve), line, reserve, "it is the reserve and in use") ||
         !holds(block_size(reserve) <= RUN_LIMIT, line, reserve, "the reserve is too long") ||
         !holds(expected-- != 0, line, reserve, "the reserve is not among the blocks")))
        return false;
    for (size_t bin = 0; bin < BINS; bin++)
        if (!check_list(bin, &expected, line))
            return false;
    return holds(expected == 0, line, first_block(), "some free block is in no bin");
}

bool mm_checkheap(int line)
{
    struct block *fence = first_block();
    size_t free_blocks = 0;

    for (; block_size(fence) != 0; fence = block_next(fence)) {
        if (!check_block(fence, line))
            return false;
        free_blocks += !block_is_used(fence);
    }
    return holds((char *)fence + WORD == mem_sbrk(0), line, fence,
                 "the fence is not below the break") &&
           check_bins(free_blocks, line);
}
