/* A style of long ago: old function definitions, int by default and not returned, next fit, and
 * no header but the lab's own two, which must then be enough for what is printed. */
#include "memlib.h"
#include "mm.h"

team_t team = {"knr", "A. Student", "a@example.org", "", ""};

#define W            4
#define D            8
#define GET(p)       (*(unsigned *)(p))
#define PUT(p, v)    (*(unsigned *)(p) = (v))
#define SIZE(bp)     (GET((char *)(bp)-W) & ~7)
#define USED(bp)     (GET((char *)(bp)-W) & 1)
#define NEXT(bp)     ((char *)(bp) + SIZE(bp))
#define PREVSIZE(bp) (GET((char *)(bp)-D) & ~7)
#define PREVUSED(bp) (GET((char *)(bp)-D) & 1)

static char *first, *rover;

static mark(bp, size, used) char *bp;
unsigned size;
{
    PUT(bp - W, size | used);
    PUT(bp + size - D, size | used);
    return 0;
}

static char *join(bp)
char *bp;
{
    char *start = bp;
    unsigned size = SIZE(bp);
    if (!USED(NEXT(bp)))
        size += SIZE(NEXT(bp));
    if (!PREVUSED(bp)) {
        start = bp - PREVSIZE(bp);
        size += SIZE(start);
    }
    mark(start, size, 0);
    if (rover > start && rover < start + size)
        rover = start;
    return start;
}

static char *extend(size)
unsigned size;
{
    char *bp = mem_sbrk(size);
    if ((int)bp == -1)
        return 0;
    mark(bp, size, 0);
    PUT(bp + size - W, 1);
    return join(bp);
}

int mm_init()
{
    char *p = mem_sbrk(4 * W);
    if (p == (void *)-1) {
        fprintf(stderr, "mm_init: no memory\n");
        return -1;
    }
    PUT(p, 0);
    PUT(p + W, D | 1);
    PUT(p + 2 * W, D | 1);
    PUT(p + 3 * W, 1);
    first = rover = p + 2 * W;
    return 0;
}

static place(bp, need) char *bp;
unsigned need;
{
    unsigned size = SIZE(bp);
    if (size - need >= 2 * D) {
        mark(bp, need, 1);
        mark(NEXT(bp), size - need, 0);
    } else
        mark(bp, size, 1);
    return;
}

static char *find(need)
unsigned need;
{
    register char *bp;
    for (bp = rover; SIZE(bp); bp = NEXT(bp))
        if (!USED(bp) && SIZE(bp) >= need)
            return rover = bp;
    for (bp = first; bp < rover; bp = NEXT(bp))
        if (!USED(bp) && SIZE(bp) >= need)
            return rover = bp;
    return 0;
}

void *mm_malloc(size)
size_t size;
{
    unsigned need = size <= D ? 2 * D : (size + D + 7) / 8 * 8;
    char *bp;
    if (!size)
        return 0;
    if (!(bp = find(need)) && !(bp = extend(need)))
        return 0;
    place(bp, need);
    return bp;
}

void mm_free(bp) void *bp;
{
    mark(bp, SIZE(bp), 0);
    join(bp);
}

void *mm_realloc(old, size) void *old;
size_t size;
{
    char *new;
    unsigned keep;
    if (!old)
        return mm_malloc(size);
    if (!size) {
        mm_free(old);
        return 0;
    }
    if (!(new = mm_malloc(size)))
        return 0;
    keep = SIZE(old) - D;
    memcpy(new, old, keep < size ? keep : size);
    mm_free(old);
    return new;
}

mm_check()
{
    char *bp;
    for (bp = first; SIZE(bp); bp = NEXT(bp))
        if (GET(bp - W) != GET(bp + SIZE(bp) - D))
            printf("mm_check: %p\n", bp);
    return 1;
}
