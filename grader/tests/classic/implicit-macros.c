/* The older style: an implicit list, macros for everything, a team, and unchecked habits. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "memlib.h"
#include "mm.h"

team_t team = {"the lone wolves", "A. Student", "a@example.org", "", ""};

#define WSIZE          4
#define DSIZE          8
#define CHUNKSIZE      (1 << 12)
#define MAX(x, y)      ((x) > (y) ? (x) : (y))
#define PACK(size, on) ((size) | (on))
#define GET(p)         (*(unsigned int *)(p))
#define PUT(p, val)    (*(unsigned int *)(p) = (val))
#define GET_SIZE(p)    (GET(p) & ~0x7)
#define GET_ALLOC(p)   (GET(p) & 0x1)
#define HDRP(bp)       ((char *)(bp)-WSIZE)
#define FTRP(bp)       ((char *)(bp) + GET_SIZE(HDRP(bp)) - DSIZE)
#define NEXT_BLKP(bp)  ((char *)(bp) + GET_SIZE((char *)(bp)-WSIZE))
#define PREV_BLKP(bp)  ((char *)(bp)-GET_SIZE((char *)(bp)-DSIZE))

static char *heap_listp;
static void *extend_heap(size_t words);
void *find_fit(size_t asize);
int mm_check(void);

static void *coalesce(void *bp)
{
    size_t size = GET_SIZE(HDRP(bp));
    if (!GET_ALLOC(HDRP(NEXT_BLKP(bp))))
        size += GET_SIZE(HDRP(NEXT_BLKP(bp)));
    if (!GET_ALLOC((char *)bp - DSIZE)) {
        size += GET_SIZE((char *)bp - DSIZE);
        bp = PREV_BLKP(bp);
    }
    PUT(HDRP(bp), PACK(size, 0));
    PUT(FTRP(bp), PACK(size, 0));
    return bp;
}

static void *extend_heap(size_t words)
{
    char *bp;
    int size = (words % 2) ? (words + 1) * WSIZE : words * WSIZE;
    if ((long)(bp = mem_sbrk(size)) == -1)
        return NULL;
    PUT(HDRP(bp), PACK(size, 0));
    PUT(FTRP(bp), PACK(size, 0));
    PUT(HDRP(NEXT_BLKP(bp)), PACK(0, 1));
    return coalesce(bp);
}

int mm_init(void)
{
    if ((heap_listp = mem_sbrk(4 * WSIZE)) == (void *)-1)
        return -1;
    PUT(heap_listp, 0);
    PUT(heap_listp + WSIZE, PACK(DSIZE, 1));
    PUT(heap_listp + 2 * WSIZE, PACK(DSIZE, 1));
    PUT(heap_listp + 3 * WSIZE, PACK(0, 1));
    heap_listp += 2 * WSIZE;
    return extend_heap(CHUNKSIZE / WSIZE) == NULL ? -1 : 0;
}

void *find_fit(size_t asize)
{
    char *bp;
    for (bp = heap_listp; GET_SIZE(HDRP(bp)) > 0; bp = NEXT_BLKP(bp))
        if (!GET_ALLOC(HDRP(bp)) && asize <= GET_SIZE(HDRP(bp)))
            return bp;
    return NULL;
}

static void place(void *bp, size_t asize)
{
    size_t csize = GET_SIZE(HDRP(bp));
    if (csize - asize < 2 * DSIZE)
        asize = csize;
    PUT(HDRP(bp), PACK(asize, 1));
    PUT(FTRP(bp), PACK(asize, 1));
    if (csize == asize)
        return;
    bp = NEXT_BLKP(bp);
    PUT(HDRP(bp), PACK(csize - asize, 0));
    PUT(FTRP(bp), PACK(csize - asize, 0));
}

void *mm_malloc(size_t size)
{
    size_t asize;
    char *bp;
    if (size == 0)
        return NULL;
    asize = size <= DSIZE ? 2 * DSIZE : DSIZE * ((size + DSIZE + DSIZE - 1) / DSIZE);
    if ((bp = find_fit(asize)) == NULL)
        if ((bp = extend_heap(MAX(asize, CHUNKSIZE) / WSIZE)) == NULL)
            return NULL;
    place(bp, asize);
    return bp;
}

/* NULL is not expected here. */
void mm_free(void *bp)
{
    size_t size = GET_SIZE(HDRP(bp));
    PUT(HDRP(bp), PACK(size, 0));
    PUT(FTRP(bp), PACK(size, 0));
    coalesce(bp);
}

void *mm_realloc(void *ptr, size_t size)
{
    void *oldptr = ptr, *newptr;
    size_t copySize;
    if (ptr == NULL)
        return mm_malloc(size);
    if (size == 0) {
        mm_free(ptr);
        return NULL;
    }
    if ((newptr = mm_malloc(size)) == NULL)
        return NULL;
    copySize = GET_SIZE(HDRP(oldptr)) - DSIZE;
    if (size < copySize)
        copySize = size;
    memcpy(newptr, oldptr, copySize);
    mm_free(oldptr);
    return newptr;
}

int mm_check(void)
{
    printf("%d\n", GET_SIZE(heap_listp));
    return 1;
}
