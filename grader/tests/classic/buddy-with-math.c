/* A buddy system of 32-bit words: sizes by log2() and pow(), headers in <>, nested functions,
 * and prototypes of its own for what the lab's headers declare. */
#include <math.h>
#include <memlib.h>
#include <mm.h>
#include <stdio.h>
#include <string.h>

extern void *mem_sbrk(int incr);
extern void *mem_heap_lo(void);
extern size_t mem_heapsize(void);
int mm_init(void);
void mm_free(void *ptr);

#define SMALLEST 4 /* 16 bytes */
#define LARGEST  29

team_t team = {"buddies", "A. Student", "a", "B. Student", "b"};

typedef struct buddy {
    int order; /* of the whole block; negative: in use */
    int pad;
    struct buddy *next;
} buddy;

buddy *lists[LARGEST + 1];
char *base; /* a tentative definition, */
char *base; /* twice */

static int order_of(size_t size)
{
    int order = (int)ceil(log2((double)size + 8));
    return order < SMALLEST + 1 ? SMALLEST + 1 : order;
}

int mm_init(void)
{
    memset(lists, 0, sizeof lists);
    base = mem_sbrk(0);
    return 0;
}

static buddy *take(int order)
{
    buddy *b;
    if (order > LARGEST)
        return NULL;
    if ((b = lists[order]) != NULL) {
        lists[order] = b->next;
        return b;
    }
    if (order < 20 && lists[order + 1]) {
        b = take(order + 1);
        buddy *half = (buddy *)((char *)b + (int)pow(2, order));
        half->order = order;
        half->next = lists[order];
        lists[order] = half;
        return b;
    }
    b = mem_sbrk((int)pow(2, order));
    return b == (void *)-1 ? NULL : b;
}

void *mm_malloc(size_t size)
{
    buddy *b = size ? take(order_of(size)) : NULL;
    if (b == NULL)
        return NULL;
    b->order = -order_of(size);
    return (char *)b + 8;
}

void mm_free(void *ptr)
{
    buddy *b = (buddy *)((char *)ptr - 8);
    void put(int order)
    {
        b->order = order;
        b->next = lists[order];
        lists[order] = b;
    }
    if (b->order < 0)
        put(-b->order);
unused:;
}

void *mm_realloc(void *ptr, size_t size)
{
    void *moved;
    size_t old;
    if (ptr == NULL)
        return mm_malloc(size);
    if (size == 0) {
        mm_free(ptr);
        return NULL;
    }
    old = (size_t)pow(2, -((buddy *)((char *)ptr - 8))->order) - 8;
    if (size <= old)
        return ptr;
    if ((moved = mm_malloc(size)) == NULL)
        return NULL;
    memcpy(moved, ptr, old);
    mm_free(ptr);
    return moved;
}

void mm_check(FILE *out, char *why)
{
    fprintf(out, "%s: %zu bytes from %p\n", why, mem_heapsize(), mem_heap_lo());
}
