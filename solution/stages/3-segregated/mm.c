/*
 * mm.c, stage 3 - segregated lists: good fit from a bin of blocks of similar size.
 *
 * Vital statistics
 *   Alignment:   every payload starts at a multiple of MM_ALIGNMENT bytes.
 *   Overhead:    8 bytes for each used block (the header), then rounding up; a block has
 *                at least 32 bytes. The bins take 520 bytes of the heap.
 *   mm_malloc:   the best of the first LOOK_AT blocks of a bin; constant time.
 *   mm_free:     joins free neighbours at once, in constant time.
 *   mm_realloc:  in place if free memory, or the break, follows the block.
 *   The break:   raised by CHUNK bytes or more, so that few requests need it.
 *
 * A used block
 *
 *     block                                           next block
 *     |                                               |
 *     v                                               v
 *     +---------------+-------------------------------+---------------+----
 *     | header:       | payload                       | header        |
 *     | size, in use? |                               |               |
 *     | prev in use?  |                               |               |
 *     +---------------+-------------------------------+---------------+----
 *                     ^
 *                     what mm_malloc returns: a multiple of MM_ALIGNMENT
 *
 * A free block: nobody needs its payload, so the links of its bin and the footer live there
 *
 *     +---------------+-------+-------+---------------+---------------+----
 *     | header        | next  | prev  | ...           | footer: size  |
 *     +---------------+-------+-------+---------------+---------------+----
 *
 * A footer is read for one purpose only: to find the previous block when it is free. So a
 * used block needs none, if the next header has a bit that says "the previous block is in
 * use" (Lea, "A memory allocator", 1996).
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
#include "mm.h"
#include "memlib.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- Blocks ---- */

struct block {
    size_t header;             /* size of the whole block in bytes, and the two bits below */
    struct block *next, *prev; /* only in a free block: its neighbours in the free list */
};

enum {
    USED = 1,      /* this block is in use */
    PREV_USED = 2, /* the previous block is in use */
    BITS = USED | PREV_USED,
    HEADER = (int)offsetof(struct block, next),    /* bytes in front of a payload */
    FOOTER = (int)sizeof(size_t),                  /* bytes at the end of a free block */
    SHORTEST = (int)sizeof(struct block) + FOOTER, /* a shorter block could not be freed */
    CHUNK = 4096,                                  /* the break is raised by this or more */
    BINS = 64,
    LOOK_AT = 16 /* blocks compared in one bin, at most */
};

/* Stands at the start of the heap. */
struct heap {
    uint64_t nonempty; /* bit i is set while bins[i] has a block */
    struct block *bins[BINS];
};

enum {
    FIRST =
        (sizeof(struct heap) + HEADER + MM_ALIGNMENT - 1) / MM_ALIGNMENT * MM_ALIGNMENT - HEADER
};

/* More than any heap can hold; sums with sizes up to this one cannot overflow. */
static const size_t max_request = SIZE_MAX / 4;

static size_t align_up(size_t bytes)
{
    return (bytes + MM_ALIGNMENT - 1) / MM_ALIGNMENT * MM_ALIGNMENT;
}

/* How long a block must be to carry a payload of `request` bytes. */
static size_t block_size_for(size_t request)
{
    size_t size = align_up(HEADER + request);
    return size < SHORTEST ? SHORTEST : size;
}

static size_t block_size(const struct block *block)
{
    return block->header & ~(size_t)BITS;
}

static bool block_is_used(const struct block *block)
{
    return (block->header & USED) != 0;
}

static size_t *block_footer(struct block *block)
{
    return (size_t *)((char *)block + block_size(block) - FOOTER);
}

static struct block *block_next(struct block *block)
{
    return (struct block *)((char *)block + block_size(block));
}

/* Makes a block of `size` bytes; the next header, which must exist, learns what it is. */
static void block_set(struct block *block, size_t size, bool used)
{
    block->header = size | (block->header & PREV_USED) | (used ? USED : 0);
    if (used) {
        block_next(block)->header |= PREV_USED;
    } else {
        *block_footer(block) = size;
        block_next(block)->header &= ~(size_t)PREV_USED;
    }
}

static void *block_payload(struct block *block)
{
    return (char *)block + HEADER;
}

static struct block *block_of(void *payload)
{
    return (struct block *)((char *)payload - HEADER);
}

static bool block_prev_is_used(const struct block *block)
{
    return (block->header & PREV_USED) != 0;
}

/* The footer of the block before this one; only if that one is free. */
static size_t footer_before(const struct block *block)
{
    return *(const size_t *)((const char *)block - FOOTER);
}

/* The previous block; only if it is free. */
static struct block *block_prev(struct block *block)
{
    return (struct block *)((char *)block - footer_before(block));
}

/* ---- The free lists ---- */

static struct heap *heap;

/* Four bins for each power of two from 32 on; the last bin takes all longer blocks, too. */
static size_t bin_of(size_t size)
{
    size_t power = 63 - (size_t)__builtin_clzll(size);
    size_t bin = (power - 5) * 4 + (size >> (power - 2)) % 4;
    return bin < BINS ? bin : BINS - 1;
}

static void list_add(struct block *block)
{
    size_t bin = bin_of(block_size(block));

    block->next = heap->bins[bin];
    block->prev = NULL;
    if (block->next != NULL)
        block->next->prev = block;
    heap->bins[bin] = block;
    heap->nonempty |= (uint64_t)1 << bin;
}

static void list_remove(struct block *block)
{
    size_t bin = bin_of(block_size(block));

    if (block->prev != NULL)
        block->prev->next = block->next;
    else
        heap->bins[bin] = block->next;
    if (block->next != NULL)
        block->next->prev = block->prev;
    if (heap->bins[bin] == NULL)
        heap->nonempty &= ~((uint64_t)1 << bin);
}

/* ---- The heap ---- */

static struct block *first_block(void)
{
    return (struct block *)((char *)mem_heap_lo() + FIRST);
}

/* Joins a block that is not in the list with its free neighbours, and lists the result. */
static struct block *coalesce(struct block *block)
{
    size_t size = block_size(block);

    if (!block_is_used(block_next(block))) {
        list_remove(block_next(block));
        size += block_size(block_next(block));
    }
    if (!block_prev_is_used(block)) {
        block = block_prev(block);
        list_remove(block);
        size += block_size(block);
    }
    block_set(block, size, false);
    list_add(block);
    return block;
}

/* The shortest block that is long enough among the first LOOK_AT of a bin, or NULL. */
static struct block *best_in_bin(size_t bin, size_t need)
{
    struct block *best = NULL;
    int looks = LOOK_AT;

    for (struct block *b = heap->bins[bin]; b != NULL && looks-- > 0; b = b->next)
        if (block_size(b) >= need && (best == NULL || block_size(b) < block_size(best)))
            best = b;
    return best;
}

/* A block that is long enough, or NULL. Only the first bin can disappoint. */
static struct block *find_fit(size_t need)
{
    size_t bin = bin_of(need);
    struct block *best = best_in_bin(bin, need);
    uint64_t longer = heap->nonempty & (~(uint64_t)1 << bin);

    if (best == NULL && longer != 0)
        best = best_in_bin((size_t)__builtin_ctzll(longer), need);
    return best;
}

/* Raises the break by `least` bytes, better by CHUNK; returns what was raised, or 0. */
static size_t raise_break(size_t least)
{
    if (least < CHUNK && mem_sbrk(CHUNK) != (void *)-1)
        return CHUNK;
    return mem_sbrk((intptr_t)least) != (void *)-1 ? least : 0;
}

/*
 * Makes the heap end with a free block of `need` bytes or more. If the last block is free,
 * only the missing part is new. Returns the block, or NULL when the heap is full.
 */
static struct block *grow(size_t need)
{
    struct block *block = (struct block *)((char *)mem_sbrk(0) - HEADER); /* the fence */
    size_t have = block_prev_is_used(block) ? 0 : footer_before(block);
    size_t missing = have < need ? need - have : 0;
    size_t size = raise_break(missing < SHORTEST ? SHORTEST : missing);
    if (size == 0)
        return NULL;

    block_set(block, size, false);
    block_next(block)->header = 0 | USED; /* the new fence */
    return coalesce(block);
}

/* Uses the first `need` bytes of an unlisted block; the rest, if long enough, is listed. */
static void place(struct block *block, size_t need)
{
    size_t rest = block_size(block) - need;

    if (rest < SHORTEST) {
        block_set(block, block_size(block), true);
        return;
    }
    block_set(block, need, true);
    block_set(block_next(block), rest, false);
    coalesce(block_next(block));
}

/* The bytes of a free block; 0 for a used one. */
static size_t free_size(const struct block *block)
{
    return block_is_used(block) ? 0 : block_size(block);
}

/* True if between this block and the fence is nothing, or one free block. */
static bool is_last(struct block *block)
{
    struct block *next = block_next(block);
    return block_size(next) == 0 || (!block_is_used(next) && block_size(block_next(next)) == 0);
}

/* Makes a used block `need` bytes long without moving it. Returns false if that fails. */
static bool resize(struct block *block, size_t need)
{
    size_t size = block_size(block);

    if (size + free_size(block_next(block)) < need && is_last(block))
        grow(need - size);
    if (size < need) {
        size += free_size(block_next(block));
        if (size < need)
            return false;
        list_remove(block_next(block));
        block_set(block, size, true);
    }
    place(block, need);
    return true;
}

/* ---- What mm.h promises ---- */

bool mm_init(void)
{
    heap = mem_sbrk(FIRST + HEADER);
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
    if (block == NULL)
        block = grow(need);
    if (block == NULL)
        return NULL;
    list_remove(block);
    place(block, need);
    return block_payload(block);
}

void mm_free(void *ptr)
{
    if (ptr == NULL)
        return;
    struct block *block = block_of(ptr);
    block_set(block, block_size(block), false);
    coalesce(block);
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
    if (resize(block_of(ptr), block_size_for(size)))
        return ptr;
    size_t old_size = block_size(block_of(ptr)) - HEADER;
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

static bool check_block(struct block *block, int line)
{
    size_t room = (size_t)((char *)mem_sbrk(0) - HEADER - (char *)block);

    return holds((uintptr_t)block_payload(block) % MM_ALIGNMENT == 0, line, block,
                 "its payload is not aligned") &&
           holds(block_size(block) >= SHORTEST, line, block,
                 "it is shorter than the shortest block") &&
           holds(block_size(block) % MM_ALIGNMENT == 0, line, block,
                 "its size is not a multiple of the alignment") &&
           holds(block_size(block) <= room, line, block, "it reaches past the fence") &&
           holds(block_is_used(block) || *block_footer(block) == block_size(block), line, block,
                 "it is free and its footer differs from its header") &&
           holds(block_prev_is_used(block_next(block)) == block_is_used(block), line, block,
                 "the next header is wrong about it") &&
           holds(block_is_used(block) || block_is_used(block_next(block)), line, block,
                 "it and the next block are both free");
}

/* Can a block be there? A link that was overwritten must not be followed. */
static bool is_place(struct block *block)
{
    return block >= first_block() && (char *)block + SHORTEST < (char *)mem_sbrk(0) &&
           (uintptr_t)block_payload(block) % MM_ALIGNMENT == 0;
}

/* Checks the list of one bin; subtracts its blocks from `*expected`. */
static bool check_list(size_t bin, size_t *expected, int line)
{
    struct block *prev = NULL;

    for (struct block *b = heap->bins[bin]; b != NULL; prev = b, b = b->next)
        if (!holds(is_place(b), line, b, "a link leads to where no block can be") ||
            !holds((*expected)-- != 0, line, b, "the bins hold more blocks than are free") ||
            !holds(!block_is_used(b), line, b, "it is in a bin and in use") ||
            !holds(bin_of(block_size(b)) == bin, line, b, "it is in the wrong bin") ||
            !holds(b->prev == prev, line, b, "its prev link is wrong"))
            return false;
    return holds((heap->nonempty >> bin & 1) == (prev != NULL), line, first_block(),
                 "the bit of some bin is wrong");
}

/* Checks the bins, whose blocks must be exactly the `expected` free blocks of the heap. */
static bool check_bins(size_t expected, int line)
{
    for (size_t bin = 0; bin < BINS; bin++)
        if (!check_list(bin, &expected, line))
            return false;
    return holds(expected == 0, line, first_block(), "some free block is in no bin");
}

bool mm_checkheap(int line)
{
    struct block *fence = first_block();
    size_t free_blocks = 0;

    if (!holds(block_prev_is_used(fence), line, fence, "no block is before it"))
        return false;
    for (; block_size(fence) != 0; fence = block_next(fence)) {
        if (!check_block(fence, line))
            return false;
        free_blocks += !block_is_used(fence);
    }
    return holds((char *)fence + HEADER == mem_sbrk(0), line, fence,
                 "the fence is not below the break") &&
           holds(block_is_used(fence), line, fence, "the fence is not in use") &&
           check_bins(free_blocks, line);
}
