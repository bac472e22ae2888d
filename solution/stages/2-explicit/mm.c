/*
 * mm.c, stage 2 - an explicit list: first fit over the free blocks only.
 *
 * Vital statistics
 *   Alignment:   every payload starts at a multiple of MM_ALIGNMENT bytes.
 *   Overhead:    16 bytes for each block (header and footer), then rounding up; a block
 *                has at least 32 bytes.
 *   mm_malloc:   first fit, most recently freed last; its time grows with the number of
 *                free blocks.
 *   mm_free:     joins free neighbours at once, in constant time.
 *   The break:   raised by CHUNK bytes or more, so that few requests need it.
 *
 * A used block
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
 * A free block: nobody needs its payload, so the links of the free list live there
 *
 *     +---------------+-------+-------+---------------+---------------+----
 *     | header        | next  | prev  | ...           | footer        |
 *     +---------------+-------+-------+---------------+---------------+----
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

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- Blocks ---- */

struct block {
    size_t header; /* size of the whole block in bytes; bit 0 is set while it is in use */
    struct block *next, *prev; /* only in a free block: its neighbours in the free list */
};

enum {
    USED = 1,                                      /* the bit of a tag that says "in use" */
    HEADER = (int)offsetof(struct block, next),    /* bytes in front of a payload */
    FOOTER = (int)sizeof(size_t),                  /* bytes behind it */
    SHORTEST = (int)sizeof(struct block) + FOOTER, /* a shorter block could not be freed */
    FIRST = FOOTER,                                /* the first header follows a fence */
    CHUNK = 4096                                   /* the break is raised by this or more */
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
    size_t size = align_up(HEADER + request + FOOTER);
    return size < SHORTEST ? SHORTEST : size;
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

/* ---- The free list ---- */

static struct block *free_list, *list_end; /* the first block and the last one, or NULL */

/*
 * A new free block goes to the end of the list. So it waits there for its neighbours to
 * become free too, before a request cuts a piece from it (Wilson, Johnstone, Neely and
 * Boles, "Dynamic storage allocation: a survey and critical review", 1995).
 */
static void list_add(struct block *block)
{
    block->next = NULL;
    block->prev = list_end;
    if (list_end != NULL)
        list_end->next = block;
    else
        free_list = block;
    list_end = block;
}

static void list_remove(struct block *block)
{
    if (block->prev != NULL)
        block->prev->next = block->next;
    else
        free_list = block->next;
    if (block->next != NULL)
        block->next->prev = block->prev;
    else
        list_end = block->prev;
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

/* The first block in the list that is long enough, or NULL. */
static struct block *find_fit(size_t need)
{
    for (struct block *b = free_list; b != NULL; b = b->next)
        if (block_size(b) >= need)
            return b;
    return NULL;
}

/*
 * Raises the break by CHUNK bytes, or `need` if that is more, and makes a free block of
 * them; it begins where the last fence was. Near the end of the heap a chunk may be too
 * much, so `need` alone is tried as well. Returns NULL when the heap is full.
 */
static struct block *grow(size_t need)
{
    size_t size = need < CHUNK ? CHUNK : need;
    char *room = mem_sbrk((intptr_t)size);
    if (room == (void *)-1 && size != need) {
        size = need;
        room = mem_sbrk((intptr_t)size);
    }
    if (room == (void *)-1)
        return NULL;

    struct block *block = (struct block *)(room - HEADER);
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
    list_add(block_next(block));
}

/* ---- What mm.h promises ---- */

bool mm_init(void)
{
    size_t *fences = mem_sbrk(FIRST + HEADER);
    if (fences == (void *)-1)
        return false;
    fences[0] = 0 | USED;
    first_block()->header = 0 | USED;
    free_list = list_end = NULL;
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
           holds(block_size(block) >= SHORTEST, line, block,
                 "it is shorter than the shortest block") &&
           holds(block_size(block) % MM_ALIGNMENT == 0, line, block,
                 "its size is not a multiple of the alignment") &&
           holds(block_size(block) <= room, line, block, "it reaches past the last fence") &&
           holds(*block_footer(block) == block->header, line, block,
                 "its footer differs from its header") &&
           holds(block_is_used(block) || block_is_used(block_next(block)), line, block,
                 "it and the next block are both free");
}

/* Can a block be there? A link that was overwritten must not be followed. */
static bool is_place(struct block *block)
{
    return block >= first_block() && (char *)block + SHORTEST < (char *)mem_sbrk(0) &&
           (uintptr_t)block_payload(block) % MM_ALIGNMENT == 0;
}

/* Checks the list, whose blocks must be exactly the `expected` free blocks of the heap. */
static bool check_list(size_t expected, int line)
{
    struct block *prev = NULL;

    for (struct block *b = free_list; b != NULL; prev = b, b = b->next)
        if (!holds(is_place(b), line, b, "a link leads to where no block can be") ||
            !holds(expected-- != 0, line, b, "the list holds more blocks than are free") ||
            !holds(!block_is_used(b), line, b, "it is in the list and in use") ||
            !holds(b->prev == prev, line, b, "its prev link is wrong"))
            return false;
    return holds(prev == list_end, line, first_block(), "the list ends with another block") &&
           holds(expected == 0, line, first_block(), "some free block is not in the list");
}

bool mm_checkheap(int line)
{
    struct block *fence = first_block();
    size_t free_blocks = 0;

    if (!holds(footer_before(fence) == (0 | USED), line, fence, "the first fence is damaged"))
        return false;
    for (; block_size(fence) != 0; fence = block_next(fence)) {
        if (!check_block(fence, line))
            return false;
        free_blocks += !block_is_used(fence);
    }
    return holds((char *)fence + HEADER == mem_sbrk(0), line, fence,
                 "the last fence is not below the break") &&
           holds(block_is_used(fence), line, fence, "the last fence is not in use") &&
           check_list(free_blocks, line);
}
