/*
 * mm.c - the yardstick: an allocator that is quick and wasteful.
 *
 * In the students' archive throughput is measured against this file, since the reference
 * is not in it. How fast the reference is beside the yardstick, trace by trace, stands in
 * published.tsv. There is nothing to learn from it and nothing to gain by handing it in:
 * where utilization is this low, speed earns no points.
 *
 * Vital statistics
 *   Alignment:    MM_ALIGNMENT bytes.
 *   Block sizes:  powers of two from 32 bytes; a block keeps its size for ever.
 *   Overhead:     a header of 8 bytes, and on average a third of the block by rounding.
 *   mm_malloc:    takes the last freed block of that size, else raises the break.
 *   mm_free:      puts the block on the list of its size. Nothing is split or joined.
 *
 *     used:  | class | payload ...          |
 *     free:  | class | next free | ...      |
 */
#include "mm.h"
#include "memlib.h"

#include <stdint.h>
#include <string.h>

struct block {
    uint64_t class; /* the block is 2^class bytes long */
    struct block *next;
};

enum { LEAST_CLASS = 5, CLASSES = 64, HEADER = 8 };

/* The lists lie at the start of the heap; the first header follows so that payloads align. */
static struct block **lists(void)
{
    return mem_heap_lo();
}

/* The class of the shortest block that holds `size` bytes; CLASSES if there is none. */
static unsigned class_for(size_t size)
{
    if (size > SIZE_MAX / 4)
        return CLASSES;
    size_t bytes = size + HEADER;
    return bytes <= (size_t)1 << LEAST_CLASS
               ? LEAST_CLASS
               : 64u - (unsigned)__builtin_clzll((unsigned long long)bytes - 1);
}

static struct block *block_of(void *payload)
{
    return (struct block *)((char *)payload - HEADER);
}

/* Bytes that a payload may have without moving. */
static size_t room_of(void *payload)
{
    return ((size_t)1 << block_of(payload)->class) - HEADER;
}

bool mm_init(void)
{
    size_t bytes = CLASSES * sizeof(struct block *) + MM_ALIGNMENT - HEADER;
    return mem_sbrk((intptr_t)bytes) != (void *)-1; /* and it is all zero */
}

void *mm_malloc(size_t size)
{
    unsigned class = class_for(size);
    if (class >= CLASSES)
        return NULL;
    struct block *block = lists()[class];
    if (block) {
        lists()[class] = block->next;
        return &block->next;
    }
    block = mem_sbrk((intptr_t)1 << class);
    if (block == (void *)-1)
        return NULL;
    block->class = class;
    return &block->next;
}

void mm_free(void *ptr)
{
    if (!ptr)
        return;
    struct block *block = block_of(ptr);
    block->next = lists()[block->class];
    lists()[block->class] = block;
}

static void *move(void *payload, size_t size)
{
    void *moved = mm_malloc(size);
    if (!moved)
        return NULL;
    memcpy(moved, payload, room_of(payload));
    mm_free(payload);
    return moved;
}

void *mm_realloc(void *ptr, size_t size)
{
    if (ptr && size > 0)
        return size <= room_of(ptr) ? ptr : move(ptr, size);
    mm_free(ptr);
    return size > 0 ? mm_malloc(size) : NULL;
}

void *mm_calloc(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    void *payload = mm_malloc(count * size);
    return payload ? memset(payload, 0, count * size) : NULL;
}

bool mm_checkheap(int line)
{
    (void)line;
    for (unsigned class = 0; class < CLASSES; class ++)
        for (struct block *b = lists()[class]; b; b = b->next)
            if (b->class != class)
                return false;
    return true;
}
