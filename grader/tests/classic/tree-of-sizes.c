/* A binary search tree of free blocks, links as 4-byte offsets; macros and variables with names
 * that memlibs of others use; the break is lowered by mem_sbrk(-n). */
#include "memlib.h"
#include "mm.h"

#include <assert.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define MAX_HEAP  (20 * (1 << 20))
#define ALIGNMENT 8
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define true 1
#define false 0
#define init 2

extern void *mem_sbrk();

team_t team = {"trees", "C. Student", "c@example.org", "", ""};

static char *mem_start_brk, *mem_brk, *mem_max_addr;
static uint32_t root;

struct node {
    uint32_t size, left, right, pad;
};
#define AT(offset) ((struct node *)(mem_start_brk + (offset)))
#define OFF(node)  ((uint32_t)((char *)(node)-mem_start_brk))

static __inline__ __attribute__((always_inline)) uint32_t round_up(size_t size)
{
    return MAX(24, (size + 8 + ALIGNMENT - 1) & ~(ALIGNMENT - 1));
}

int mm_init()
{
    mem_start_brk = mem_brk = mem_heap_lo();
    mem_max_addr = mem_start_brk + MAX_HEAP;
    root = 0;
    return mem_sbrk(16) == (void *)-1 ? -1 : 0;
}

static void insert(struct node *n)
{
    uint32_t *link = &root;
    while (*link)
        link = n->size < AT(*link)->size ? &AT(*link)->left : &AT(*link)->right;
    n->left = n->right = 0;
    *link = OFF(n);
}

static struct node *best(uint32_t need)
{
    uint32_t *link = &root, *found = NULL;
    while (*link) {
        if (AT(*link)->size >= need)
            found = link, link = &AT(*link)->left;
        else
            link = &AT(*link)->right;
    }
    if (!found)
        return NULL;
    struct node *n = AT(*found);
    if (!n->left) {
        *found = n->right;
    } else {
        uint32_t *last = &n->left;
        while (AT(*last)->right)
            last = &AT(*last)->right;
        struct node *m = AT(*last);
        *last = m->left;
        m->left = n->left;
        m->right = n->right;
        *found = OFF(m);
    }
    return n;
}

void *mm_malloc(unsigned long size)
{
    struct node *n;
    uint32_t need = round_up(size);
    if (size == 0)
        goto nothing;
    if ((n = best(need)) == NULL) {
        if ((n = mem_sbrk(need)) == (void *)-1)
            goto nothing;
        n->size = need;
    }
    return (char *)n + 8;
nothing:
    errno = ENOMEM;
    return NULL;
}

void mm_free(void *ptr)
{
    struct node *n = (struct node *)((char *)ptr - 8);
    if ((char *)n + n->size == (char *)mem_heap_hi() + 1)
        assert(mem_sbrk(-(int)n->size) != (void *)-1);
    else
        insert(n);
}

void *mm_realloc(void *ptr, size_t size)
{
    if (!ptr)
        return mm_malloc(size);
    if (!size)
        return mm_free(ptr), NULL;
    uint32_t old = ((struct node *)((char *)ptr - 8))->size - 8;
    void *moved = old >= size ? ptr : mm_malloc(size);
    if (moved && moved != ptr)
        memcpy(moved, ptr, old), mm_free(ptr);
    return moved;
}

bool mm_check(void)
{
    return root < INT_MAX;
}
