/*
 * classes.c - which sizes the C library's malloc really gives: `make explore PART=classes`.
 *
 * Every allocator rounds a request up. malloc_usable_size() tells to what, so the steps show
 * without a look into the allocator. Another one shows its own steps in the same program:
 *
 *     LD_PRELOAD=libjemalloc.so.2 build/explore/classes
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { LARGEST = 4096, SHOWN = 12, SAMPLE = 64 };

/* The compiler knows malloc and would leave out what seems useless: it may not look. */
static void *(*volatile ask)(size_t) = malloc;

static size_t given_for(size_t size)
{
    void *payload = ask(size);
    size_t given = payload ? malloc_usable_size(payload) : 0;
    free(payload);
    return given;
}

static void show_steps(void)
{
    size_t steps = 0, wasted = 0, asked = 0, from = 1;
    puts("1. The steps\n");
    for (size_t size = 1; size <= LARGEST; size++) {
        size_t given = given_for(size);
        asked += size;
        wasted += given - size;
        if (given_for(size + 1) == given)
            continue;
        if (++steps <= SHOWN)
            printf("   %4zu to %4zu bytes: room for %4zu\n", from, size, given);
        from = size + 1;
    }
    printf("   ...\n\n   Up to %d bytes there are %zu different sizes. If each request is "
           "equally\n"
           "   likely, %.1f %% of what is given is rounding.\n\n",
           LARGEST, steps, 100.0 * (double)wasted / (double)(asked + wasted));
}

/* Between neighbours of one size lies what the allocator needs besides: a header, or nothing.
 */
static size_t distance(size_t size)
{
    char *blocks[SAMPLE];
    size_t least = (size_t)-1;
    for (int i = 0; i < SAMPLE; i++)
        blocks[i] = ask(size);
    for (int i = 1; i < SAMPLE; i++)
        if (blocks[i] > blocks[i - 1] && (size_t)(blocks[i] - blocks[i - 1]) < least)
            least = (size_t)(blocks[i] - blocks[i - 1]);
    for (int i = 0; i < SAMPLE; i++)
        free(blocks[i]);
    return least == (size_t)-1 ? 0 : least;
}

static void show_distances(void)
{
    static const size_t sizes[] = {16, 24, 32, 48, 64, 100, 1000};
    puts("2. What a block costs\n");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        printf("   malloc(%4zu): neighbours are %4zu bytes apart\n", sizes[i],
               distance(sizes[i]));
    puts("\n   16 bytes that are 32 apart: rounding and a header. 16 bytes that are 16 apart: "
         "a\n"
         "   slab, whose blocks have no header.");
}

int main(void)
{
    show_steps();
    show_distances();
    return 0;
}
