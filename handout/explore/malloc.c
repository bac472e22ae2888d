/*
 * malloc.c - what the C library's malloc does with the break: `make explore PART=malloc`.
 */
#include "maps.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *start; /* the break before the first malloc */

/* The compiler knows malloc and would leave out what seems useless: it may not look. */
static void *(*volatile ask)(size_t) = malloc;
static void (*volatile give_back)(void *) = free;
static void *(*volatile ask_zeroed)(size_t, size_t) = calloc;

static void report(const char *what)
{
    printf("   %-46s break = start + %td KiB\n", what, ((char *)sbrk(0) - start) / 1024);
}

static void show_first(void)
{
    puts("1. More is asked from the kernel than needed\n");
    report("before the first malloc");
    ask(24); /* these stay: the next parts shall find no free block */
    report("after malloc(24)");
    for (int i = 0; i < 1000; i++)
        ask(24);
    report("after 1000 more");
    puts("\n   One system call in the place of a thousand.\n");
}

static void show_blocks(void)
{
    puts("2. Neighbours, and what lies between them\n");
    size_t sizes[] = {24, 24, 25, 40, 100};
    char *before = NULL;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *payload = ask(sizes[i]);
        printf("   malloc(%3zu) = %p", sizes[i], (void *)payload);
        if (before)
            printf("   %td bytes after the one before", payload - before);
        puts("");
        before = payload;
    }
    puts("\n   Every payload is aligned to 16 bytes, so that any C type may live there. The\n"
         "   distance is the payload, rounded up, and a header of the allocator.\n");
}

static void show_reuse(void)
{
    puts("3. A free block is used again\n");
    void *a = ask(200), *fence = ask(24);
    give_back(a);
    void *b = ask(200);
    printf("   malloc(200) = %p, free it, malloc(200) = %p\n\n", a, b);
    give_back(b);
    give_back(fence);
}

static void show_lowering(void)
{
    enum { BLOCKS = 64, BYTES = 64 << 10 };
    static void *blocks[BLOCKS];
    puts("4. Why free rarely lowers the break\n");
    report("at first");
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = ask(BYTES);
    report("after 64 blocks of 64 KiB");
    for (int i = 0; i < BLOCKS - 1; i++)
        give_back(blocks[i]);
    report("after freeing all of them but the last");
    give_back(blocks[BLOCKS - 1]);
    report("after freeing the last one");
    void *large = ask((size_t)8 << 20);
    report("after malloc(8 MiB): not below the break at all");
    give_back(large);
    puts("\n   As long as one block at the top lives, the break cannot be lowered: a live "
         "block\n"
         "   cannot be moved, since the program holds its address. Very large blocks get a\n"
         "   mapping of their own (mmap), which can be given back at any time.\n");
}

static void show_odd_requests(void)
{
    puts("5. Odd requests\n");
    void *nothing = ask(0);
    printf("   malloc(0) = %s; it may be freed\n", nothing ? "an address" : "NULL");
    give_back(nothing);
    give_back(NULL);
    puts("   free(NULL) does nothing");
    errno = 0;
    void *absurd = ask(SIZE_MAX - 8);
    printf("   malloc(SIZE_MAX - 8) = %s, errno is %s\n", absurd ? "an address" : "NULL",
           strerror(errno));
    absurd = ask_zeroed(SIZE_MAX / 2, 4);
    printf("   calloc(SIZE_MAX / 2, 4) = %s, although the product modulo 2^64 is small\n",
           absurd ? "an address" : "NULL");
}

int main(void)
{
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer); /* printf must not call malloc first */
    start = sbrk(0);
    show_first();
    show_blocks();
    show_reuse();
    show_lowering();
    show_odd_requests();
    fflush(stdout);
    return 0;
}
