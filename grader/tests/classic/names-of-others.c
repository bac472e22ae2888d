/* Segregated lists with pointers kept in 4 bytes. Helpers and variables, none of them static,
 * have names that the kit, the C library or the system use for something else. */
#include "memlib.h"
#include "mm.h"

team_t team = {"names", "C. Student", "c", "D. Student", "d"};

#define size_of(b) (*(unsigned *)((b)-4) & ~7u)
#define is_used(b) (*(unsigned *)((b)-4) & 1)
#define LISTS      16

unsigned index[LISTS]; /* first free block of each list, its address in 4 bytes */
int y0, y1, j1, errors, runner, findings, turn, orders, replies, judge, process;
char *block, *heap, *heap_start, *heap_end, *program;

int min(int a, int b)
{
    return a < b ? a : b;
}
int max(int a, int b)
{
    return a > b ? a : b;
}

int log2(unsigned n)
{
    int bits = 0;
    while (n >>= 1)
        bits++;
    return bits;
}

int round(unsigned size)
{
    return size <= 8 ? 16 : (size + 15) & ~7u;
}
unsigned *next(char *b)
{
    return (unsigned *)b;
}
unsigned *prev(char *b)
{
    return (unsigned *)(b + 4);
}
int list(char *b)
{
    return min(LISTS - 1, max(0, log2(size_of(b)) - 4));
}

void write(char *b, unsigned size, int used)
{
    *(unsigned *)(b - 4) = size | used;
    *(unsigned *)(b + size - 8) = size | used;
}

void link(char *b)
{
    unsigned *first = &index[list(b)];
    *next(b) = *first;
    *prev(b) = 0;
    if (*first)
        *prev((char *)(long)*first) = (unsigned)(long)b;
    *first = (unsigned)(long)b;
}

void unlink(char *b)
{
    if (*prev(b))
        *next((char *)(long)*prev(b)) = *next(b);
    else
        index[list(b)] = *next(b);
    if (*next(b))
        *prev((char *)(long)*next(b)) = *prev(b);
}

char *select(unsigned need)
{
    int i = min(LISTS - 1, max(0, log2(need) - 4));
    for (; i < LISTS; i++)
        for (char *b = (char *)(long)index[i]; b; b = (char *)(long)*next(b))
            if (size_of(b) >= need)
                return b;
    return 0;
}

char *connect(char *b)
{
    char *after = b + size_of(b);
    unsigned size = size_of(b);
    if (!is_used(after)) {
        unlink(after);
        size += size_of(after);
    }
    if (!(*(unsigned *)(b - 8) & 1)) {
        b -= *(unsigned *)(b - 8) & ~7u;
        unlink(b);
        size += size_of(b);
    }
    write(b, size, 0);
    link(b);
    return b;
}

char *open(unsigned need)
{
    char *b = mem_sbrk(need);
    if (b == (void *)-1)
        return 0;
    write(b, need, 0);
    *(unsigned *)(b + need - 4) = 1;
    return connect(b);
}

void place(char *b, unsigned need)
{
    unsigned rest = size_of(b) - need;
    unlink(b);
    if (rest < 16) {
        write(b, need + rest, 1);
        return;
    }
    write(b, need, 1);
    write(b + need, rest, 0);
    link(b + need);
}

int setup(void)
{
    heap = mem_sbrk(16);
    if (heap == (void *)-1)
        return -1;
    *(unsigned *)(heap + 4) = *(unsigned *)(heap + 8) = 9;
    *(unsigned *)(heap + 12) = 1;
    for (int i = 0; i < LISTS; i++)
        index[i] = 0;
    return 0;
}

int mm_init(void)
{
    return setup();
}

void *run(unsigned need)
{
    char *b = select(need);
    if (!b && !(b = open(max(need, 512))))
        return 0;
    place(b, need);
    return b;
}

void *mm_malloc(size_t size)
{
    return size ? run(round(size)) : 0;
}

void release(void *p)
{
    write(p, size_of((char *)p), 0);
    connect(p);
}

void mm_free(void *p)
{
    release(p);
}

void *mm_realloc(void *p, size_t size)
{
    char *b = p, *fresh;
    if (!p || !size) {
        if (p)
            release(p);
        return mm_malloc(size);
    }
    if (size_of(b) >= (unsigned)round(size))
        return p;
    if (!(fresh = mm_malloc(size)))
        return 0;
    for (unsigned i = 0; i < (size_of(b) - 8) / 4; i++)
        ((unsigned *)fresh)[i] = ((unsigned *)p)[i];
    release(p);
    return fresh;
}

int check(void)
{
    return errors == 0;
}
void usage(void)
{
    errors++;
}
void abort_all(void)
{
}
int error(int n)
{
    return n;
}
int send(int n)
{
    return n + check();
}
int time(int n)
{
    return send(n);
}
