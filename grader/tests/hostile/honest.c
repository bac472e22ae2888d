/*
 * honest.c - the allocator that attacks are built on, and their honest twin.
 *
 * An attack is a C file that defines some of the places below and then includes this file;
 * with none defined it is a plain allocator: a free list for each block size, first fit in
 * the list of long ones, neighbours joined at once, 16 bytes of tags for each block.
 *
 *     | table of free lists | fence | block | block | ... | fence |      break
 */
#include "memlib.h"
#include "mm.h"
#include <stdint.h>
#include <string.h>

/* Statements at the start of the functions. They see the function's arguments. */
#ifndef AT_INIT
#define AT_INIT
#endif
#ifndef AT_MALLOC
#define AT_MALLOC
#endif
#ifndef AT_FREE
#define AT_FREE
#endif
#ifndef AT_FIND
#define AT_FIND
#endif

/* What mm_malloc returns; how realloc copies and calloc clears; where the table comes from. */
#ifndef RESULT
#define RESULT(payload) (payload)
#endif
#ifndef COPY
#define COPY(to, from, bytes) memcpy(to, from, bytes)
#endif
#ifndef CLEAR
#define CLEAR(payload, bytes) memset(payload, 0, bytes)
#endif
#ifndef TABLE
#define TABLE(bytes) mem_sbrk(bytes)
#endif

struct block {
    size_t tag; /* size of the block; bit 0: in use. The last word of a block repeats it */
    struct block *next, *prev;
};

#ifndef LISTS
#define LISTS 1024
#endif

enum { TAG = 8, SHORTEST = 32 };

static struct block **lists; /* list i: blocks of 16 * i bytes; the last one: longer ones */

static size_t size_of(const struct block *b)
{
    return b->tag & ~(size_t)1;
}

static struct block *after(struct block *b)
{
    return (struct block *)((char *)b + size_of(b));
}

static size_t tag_before(struct block *b)
{
    return ((size_t *)b)[-1];
}

static void set_tag(struct block *b, size_t tag)
{
    b->tag = tag;
    ((size_t *)after(b))[-1] = tag;
}

static struct block **list_of(size_t size)
{
    return &lists[size / 16 < LISTS ? size / 16 : LISTS - 1];
}

static void enter(struct block *b, size_t size)
{
    struct block **list = list_of(size);
    set_tag(b, size);
    b->prev = NULL;
    b->next = *list;
    if (*list)
        (*list)->prev = b;
    *list = b;
}

static void leave(struct block *b)
{
    if (b->prev)
        b->prev->next = b->next;
    else
        *list_of(size_of(b)) = b->next;
    if (b->next)
        b->next->prev = b->prev;
}

/* Lists a block that nobody uses, as one with its free neighbours. */
static void release(struct block *b)
{
    size_t size = size_of(b);
    struct block *next = after(b);
    if (!(next->tag & 1)) {
        leave(next);
        size += size_of(next);
    }
    if (!(tag_before(b) & 1)) {
        b = (struct block *)((char *)b - tag_before(b));
        leave(b);
        size += size_of(b);
    }
    enter(b, size);
}

static struct block *find(size_t need)
{
    AT_FIND
    for (struct block **list = list_of(need); list < lists + LISTS; list++)
        for (struct block *b = *list; b; b = b->next)
            if (size_of(b) >= need) {
                leave(b);
                return b;
            }
    return NULL;
}

/* The fence becomes the new block's tag. */
static struct block *grow(size_t need)
{
    char *room = mem_sbrk((intptr_t)need);
    if (room == (void *)-1)
        return NULL;
    struct block *b = (struct block *)(room - TAG);
    set_tag(b, need);
    after(b)->tag = 1;
    return b;
}

bool mm_init(void)
{
    AT_INIT
    lists = TABLE(LISTS * sizeof *lists);
    if (lists == (void *)-1)
        return false;
    memset(lists, 0, LISTS * sizeof *lists);
    size_t *fences = mem_sbrk(2 * TAG);
    if (fences == (void *)-1)
        return false;
    fences[0] = fences[1] = 1;
    return true;
}

void *mm_malloc(size_t size)
{
    AT_MALLOC
    if (size == 0 || size > SIZE_MAX / 4)
        return NULL;
    size_t need = (size + 2 * TAG + 15) & ~(size_t)15;
    need = need < SHORTEST ? SHORTEST : need;
    struct block *b = find(need);
    if (!b)
        b = grow(need);
    if (!b)
        return NULL;
    size_t rest = size_of(b) - need;
    if (rest < SHORTEST)
        rest = 0;
    set_tag(b, (size_of(b) - rest) | 1);
    if (rest)
        enter(after(b), rest);
    return RESULT((void *)&b->next);
}

void mm_free(void *ptr)
{
    AT_FREE
    if (!ptr)
        return;
    struct block *b = (struct block *)((char *)ptr - TAG);
    set_tag(b, size_of(b));
    release(b);
}

void *mm_realloc(void *ptr, size_t size)
{
    if (!ptr)
        return mm_malloc(size);
    if (size == 0) {
        mm_free(ptr);
        return NULL;
    }
    size_t old = size_of((struct block *)((char *)ptr - TAG)) - 2 * TAG;
    if (size <= old)
        return ptr;
    void *moved = mm_malloc(size);
    if (!moved)
        return NULL;
    COPY(moved, ptr, old);
    mm_free(ptr);
    return moved;
}

void *mm_calloc(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    void *payload = mm_malloc(count * size);
    if (payload)
        CLEAR(payload, count * size);
    return payload;
}

bool mm_checkheap(int line)
{
    return line >= 0;
}
