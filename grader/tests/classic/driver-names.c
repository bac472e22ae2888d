/* The newer style: bool mm_init, functions named malloc and free, 8-byte words. */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

#ifdef DRIVER
#define malloc  mm_malloc
#define free    mm_free
#define realloc mm_realloc
#define calloc  mm_calloc
#define memset  mem_memset
#define memcpy  mem_memcpy
#endif

#define dbg_printf(...)
#define ALIGNMENT 16

typedef uint64_t word_t;

typedef struct block {
    word_t header;
    struct block *next;
} block_t;

static block_t *list_head;

static size_t round_up(size_t size)
{
    return (size + 8 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

bool mm_init(void)
{
    list_head = NULL;
    return mem_sbrk(8) != (void *)-1;
}

/* A list of freed blocks, first fit, never split or joined. */
void *malloc(size_t size)
{
    size_t asize = round_up(size < 8 ? 8 : size);
    if (size == 0)
        return NULL;
    for (block_t **at = &list_head; *at != NULL; at = &(*at)->next)
        if ((*at)->header >= asize) {
            block_t *block = *at;
            *at = block->next;
            return (char *)block + 8;
        }
    block_t *block = mem_sbrk((intptr_t)asize);
    if (block == (void *)-1)
        return NULL;
    block->header = asize;
    return (char *)block + 8;
}

void free(void *bp)
{
    if (bp == NULL)
        return;
    block_t *block = (block_t *)((char *)bp - 8);
    block->next = list_head;
    list_head = block;
}

void *realloc(void *ptr, size_t size)
{
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    if (ptr == NULL)
        return malloc(size);
    void *moved = malloc(size);
    if (moved == NULL)
        return NULL;
    size_t old = ((word_t *)ptr)[-1] - 8;
    memcpy(moved, ptr, old < size ? old : size);
    free(ptr);
    return moved;
}

void *calloc(size_t elements, size_t size)
{
    size_t asize = elements * size;
    if (elements == 0 || asize / elements != size)
        return NULL;
    void *bp = malloc(asize);
    if (bp == NULL)
        return NULL;
    memset(bp, 0, asize);
    return bp;
}

bool mm_checkheap(int lineno)
{
    dbg_printf("%d\n", lineno);
    return mem_heap_lo() <= mem_heap_hi();
}
