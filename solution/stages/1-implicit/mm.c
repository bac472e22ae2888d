/*
 * mm.c, stage 1 - an implicit list: first fit over all blocks.
 *
 * Vital statistics
 *   Alignment:   every payload starts at a multiple of MM_ALIGNMENT bytes.
 *   Overhead:    16 bytes for each block (header and footer), then rounding up.
 *   mm_malloc:   first fit in address order; its time grows with the number of blocks.
 *   mm_free:     joins free neighbours at once, in constant time.
 *   The break:   raised by the size of the block that is missing.
 *
 * A block, used or free
 *
 *     block                                           next block
 *     |                                               |
 *     v                                               v
 *     +---------------+---------------+---------------+---------------+----
 *     | header:       | payload       | footer:       | header        |
 *     | size, in use? |               | same as header|               |
 *     +---------------+---------------+---------------+---------------+----
 *                     ^
 *                     what mm_malloc returns: a multiple of MM_ALIGNMENT
 *
 * Header and footer are boundary tags (Knuth, The Art of Computer Programming, volume 1,
 * section 2.5): the word in front of a header tells how long the previous block is.
 *
 * The heap
 *
 *     +-------+---------+---------+-- - - - --+---------+-------+
 *     | fence | block   | block   |           | block   | fence |
 *     +-------+---------+---------+-- - - - --+---------+-------+
 *     ^                                                         ^
 *     mem_heap_lo()                                             break
 *
 * A fence is a tag of size 0 that says "in use". The first one looks like the footer of a
 * used block, the last one like the header of a used block, so that coalescing never
 * leaves the heap, and a walk over the blocks ends at size 0.
 */
#include "mm.h"
#include "memlib.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- Blocks ---- */

struct block {
    size_t header; /* size of the whole block in bytes; bit 0 is set while it is in use */
};

enum {
    USED = 1,                           /* the bit of a tag that says "in use" */
    HEADER = (int)sizeof(struct block), /* bytes in front of a payload */
    FOOTER = (int)sizeof(size_t),       /* bytes behind it */
    FIRST = FOOTER                      /* the first header follows the first fence */
};

_Static_assert((FIRST + HEADER) % MM_ALIGNMENT == 0, "the first payload is aligned");

/* More than any heap can hold; sums with sizes up to this one cannot overflow. */
static const size_t max_request = SIZE_MAX / 4;

static size_t align_up(size_t bytes)
{
    return (bytes + MM_ALIGNMENT - 1) / MM_ALIGNMENT * MM_ALIGNMENT;
}

/* How long a block must be to carry a payload of `request` bytes. */
static size_t block_size_for(size_t request)
{
    return align_up(HEADER + request + FOOTER);
}

static size_t block_size(const struct block *block)
{
    return block->header & ~(size_t)USED;
}

static bool block_is_used(const struct block *block)
{
    return (block->header & USED) != 0;
}

static size_t *block_footer(struct block *block)
{
    return (size_t *)((char *)block + block_size(block) - FOOTER);
}

static void block_set(struct block *block, size_t size, bool used)
{
    block->header = size | (used ? USED : 0);
    *block_footer(block) = block->header;
}

static void *block_payload(struct block *block)
{
    return (char *)block + HEADER;
}

static struct block *block_of(void *payload)
{
    return (struct block *)((char *)payload - HEADER);
}

static struct block *block_next(struct block *block)
{
    return (struct block *)((char *)block + block_size(block));
}

/* The footer of the block before this one. */
static size_t footer_before(const struct block *block)
{
    return *(const size_t *)((const char *)block - FOOTER);
}

static bool block_prev_is_used(const struct block *block)
{
    return (footer_before(block) & USED) != 0;
}

/* The previous block; only if it is free. */
static struct block *block_prev(struct block *block)
{
    return (struct block *)((char *)block - footer_before(block));
}

/* ---- The heap ---- */

static struct block *first_block(void)
{
    return (struct block *)((char *)mem_heap_lo() + FIRST);
}

/* Joins a free block with its free neighbours; returns the block they became. */
static struct block *coalesce(struct block *block)
{
    size_t size = block_size(block);

    if (!block_is_used(block_next(block)))
        size += block_size(block_next(block));
    if (!block_prev_is_used(block)) {
        block = block_prev(block);
        size += block_size(block);
    }
    block_set(block, size, false);
    return block;
}

/* The first free block that is long enough, or NULL. */
static struct block *find_fit(size_t need)
{
    for (struct block *b = first_block(); block_size(b) != 0; b = block_next(b))
        if (!block_is_used(b) && block_size(b) >= need)
            return b;
    return NULL;
}

/*
 * Raises the break by `size` bytes and makes a free block of them; it begins where the
 * last fence was. Returns NULL when the heap is full.
 */
static struct block *grow(size_t size)
{
    char *room = mem_sbrk((intptr_t)size);
    if (room == (void *)-1)
        return NULL;

    struct block *block = (struct block *)(room - HEADER);
    block_set(block, size, false);
    block_next(block)->header = 0 | USED; /* the new fence */
    return coalesce(block);
}

/* Uses the first `need` bytes of a free block; the rest, if it can be a block, stays free. */
static void place(struct block *block, size_t need)
{
    size_t rest = block_size(block) - need;

    if (rest < block_size_for(1)) {
        block_set(block, block_size(block), true);
        return;
    }
    block_set(block, need, true);
    block_set(block_next(block), rest, false);
}

/* ---- What mm.h promises ---- */

bool mm_init(void)
{
    size_t *fences = mem_sbrk(FIRST + HEADER);
    if (fences == (void *)-1)
        return false;
    fences[0] = 0 | USED;
    first_block()->header = 0 | USED;
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

    size_t old_size = block_size(block_of(ptr)) - HEADER - FOOTER;
    if (size <= old_size)
        return ptr;
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
           holds(block_size(block) >= block_size_for(1), line, block,
                 "it is shorter than the shortest block") &&
           holds(block_size(block) % MM_ALIGNMENT == 0, line, block,
                 "its size is not a multiple of the alignment") &&
           holds(block_size(block) <= room, line, block, "it reaches past the last fence") &&
           holds(*block_footer(block) == block->header, line, block,
                 "its footer differs from its header") &&
           holds(block_is_used(block) || block_is_used(block_next(block)), line, block,
                 "it and the next block are both free");
}

bool mm_checkheap(int line)
{
    struct block *fence = first_block();

    if (!holds(footer_before(fence) == (0 | USED), line, fence, "the first fence is damaged"))
        return false;
    for (; block_size(fence) != 0; fence = block_next(fence))
        if (!check_block(fence, line))
            return false;
    return holds((char *)fence + HEADER == mem_sbrk(0), line, fence,
                 "the last fence is not below the break") &&
           holds(block_is_used(fence), line, fence, "the last fence is not in use");
}
