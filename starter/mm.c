/*
 * mm.c - your allocator. It starts out correct, and it never uses memory twice.
 *
 * Vital statistics
 *   Alignment:   every payload starts at a multiple of MM_ALIGNMENT bytes.
 *   Overhead:    8 bytes (the header) in front of each payload, then rounding up.
 *   mm_malloc:   always takes new memory, by raising the break.
 *   mm_free:     marks the block as free; nobody looks for it yet.
 *
 * A block, used or free
 *
 *     block                                           next block
 *     |                                               |
 *     v                                               v
 *     +---------------+-------------------------------+---------------+----
 *     | header:       | payload, at least as long     | header        |
 *     | size, in use? | as the program asked          |               |
 *     +---------------+-------------------------------+---------------+----
 *                     ^
 *                     what mm_malloc returns: a multiple of MM_ALIGNMENT
 *
 * The size in the header counts the header too. It is a multiple of MM_ALIGNMENT, so its
 * low bits are always zero, and the lowest one is free to say "in use". Blocks follow each
 * other without a gap, from first_block() up to heap_end().
 *
 * Where to start
 *   1. Read mm.h (what you must provide) and memlib.h (what you may use).
 *   2. Run `make grade`: all results are correct, but the utilization is low.
 *   3. Do TODO(1), then TODO(2). Run `make grade` after each.
 *   4. Further credit: mm_realloc without a copy, and a heap checker that knows more.
 */
#include "mm.h"
#include "memlib.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- Blocks ---- */

struct block {
    size_t header; /* size of the whole block in bytes; bit 0 is set while it is in use */
};

enum {
    USED = 1,                           /* the bit of the header that says "in use" */
    HEADER = (int)sizeof(struct block), /* bytes in front of a payload */
    FIRST = MM_ALIGNMENT - HEADER       /* the first header: its payload is then aligned */
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
    return align_up(HEADER + request);
}

static size_t block_size(const struct block *block)
{
    return block->header & ~(size_t)USED;
}

static bool block_is_used(const struct block *block)
{
    return (block->header & USED) != 0;
}

static void block_set(struct block *block, size_t size, bool used)
{
    block->header = size | (used ? USED : 0);
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

/* ---- The heap ---- */

static struct block *first_block(void)
{
    return (struct block *)((char *)mem_heap_lo() + FIRST);
}

/* Where the next block would begin. */
static struct block *heap_end(void)
{
    return mem_sbrk(0);
}

/* Takes a new block of `size` bytes from above the break; NULL when the heap is full. */
static struct block *grow(size_t size)
{
    struct block *block = mem_sbrk((intptr_t)size);
    if (block == (void *)-1)
        return NULL;
    block_set(block, size, false);
    return block;
}

/* ---- What mm.h promises ---- */

bool mm_init(void)
{
    return mem_sbrk(FIRST) != (void *)-1;
}

void *mm_malloc(size_t size)
{
    if (size == 0 || size > max_request)
        return NULL;
    size_t need = block_size_for(size);

    /*
     * TODO(1): reuse a free block.
     *
     * Before new memory is taken, look for a block that is free and long enough. Walk from
     * first_block() to heap_end() with block_next(), as mm_checkheap() does, and write the
     * search as a function of its own: `static struct block *find_fit(size_t need)`.
     *
     * This is enough for a better score. Then ask: what if the block found is much longer
     * than needed? Split it into a used block and a free one. The free part must be long
     * enough to be a block.
     */
    struct block *block = grow(need);
    if (block == NULL)
        return NULL;
    block_set(block, block_size(block), true);
    return block_payload(block);
}

void mm_free(void *ptr)
{
    if (ptr == NULL)
        return;
    struct block *block = block_of(ptr);
    assert(block_is_used(block)); /* it must not be freed twice */
    block_set(block, block_size(block), false);

    /*
     * TODO(2): join free neighbours (coalescing).
     *
     * Two free blocks side by side cannot serve a request that needs both. When the next
     * block is free as well, make one block of the two. Take care at heap_end(): no block
     * is there.
     *
     * The block before this one is harder: a header says where the next block begins, not
     * the previous one. Search for "boundary tags" in your textbook.
     */
}

void *mm_realloc(void *ptr, size_t size)
{
    if (ptr == NULL)
        return mm_malloc(size);
    if (size == 0) {
        mm_free(ptr);
        return NULL;
    }

    /* Further credit: often the block is long enough already, or could be made so. */
    void *moved = mm_malloc(size);
    if (moved == NULL)
        return NULL; /* the old payload is still there, as mm.h promises */
    size_t old_size = block_size(block_of(ptr)) - HEADER;
    memcpy(moved, ptr, old_size < size ? old_size : size);
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
    size_t room = (size_t)((char *)heap_end() - (char *)block);

    return holds((uintptr_t)block_payload(block) % MM_ALIGNMENT == 0, line, block,
                 "its payload is not aligned") &&
           holds(block_size(block) >= block_size_for(1), line, block,
                 "it is shorter than the shortest block") &&
           holds(block_size(block) % MM_ALIGNMENT == 0, line, block,
                 "its size is not a multiple of the alignment") &&
           holds(block_size(block) <= room, line, block, "it reaches past the break");
}

/*
 * Further credit: each time you add something to the heap, add a sentence that must be
 * true of it. After TODO(2), for instance: no two free blocks are neighbours.
 */
bool mm_checkheap(int line)
{
    for (struct block *b = first_block(); b != heap_end(); b = block_next(b))
        if (!check_block(b, line))
            return false;
    return true;
}
