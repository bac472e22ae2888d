/* Written for 32-bit machines: links of a free list are kept as unsigned int, size below. */
#include "memlib.h"
#include "mm.h"
#include <stdio.h>
#include <string.h>

team_t team = {"32", "B. Student", "b", "C. Student", "c"};

typedef unsigned int u32;

struct node {
    u32 size, next;
};

static u32 head, *heap;

int mm_init(void)
{
    head = 0;
    heap = mem_sbrk(8);
    return heap == (void *)-1 ? -1 : 0;
}

void *mm_malloc(size_t size)
{
    u32 need = (size + 8 + 7) & ~7, last = 0, at;
    for (at = head; at; last = at, at = ((struct node *)at)->next)
        if (((struct node *)at)->size >= need) {
            if (last)
                ((struct node *)last)->next = ((struct node *)at)->next;
            else
                head = ((struct node *)at)->next;
            return (void *)(at + 8);
        }
    at = (u32)mem_sbrk((int)need);
    if (at == (u32)-1)
        return NULL;
    ((struct node *)at)->size = need;
    return (void *)(at + 8);
}

void mm_free(void *ptr)
{
    u32 at = (u32)ptr - 8;
    ((struct node *)at)->next = head;
    head = at;
}

void *mm_realloc(void *ptr, size_t size)
{
    void *moved;
    u32 old;
    if (!ptr)
        return mm_malloc(size);
    if (!size)
        return mm_free(ptr), NULL;
    if (!(moved = mm_malloc(size)))
        return NULL;
    old = ((struct node *)((u32)ptr - 8))->size - 8;
    memcpy(moved, ptr, old < size ? old : size);
    mm_free(ptr);
    return moved;
}
