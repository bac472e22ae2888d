/*
 * break.c - the program break, moved by hand: `make explore PART=break`.
 *
 * Nothing here may call malloc while the break is ours, and printf would: so its buffer is
 * given to it at the start.
 */
#include "maps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char end; /* the linker's: the first address after bss */

static char *start; /* where the heap of this demonstration begins: a multiple of a page */
static size_t page;

static void report(const char *what)
{
    char *now = sbrk(0);
    size_t mapped = ((size_t)(now - start) + page - 1) / page;
    printf("   %-44s break = start + %7td   pages %3zu, there %3zu\n", what, now - start,
           mapped, pages_resident(start, now));
}

/* ---- 1. where it starts ---- */

static void show_start(void)
{
    puts("1. Where the break starts\n");
    printf("   bss ends at     %p\n   the break is at %p, %td KiB after it\n", (void *)&end,
           sbrk(0), ((char *)sbrk(0) - &end) / 1024);
    puts("\n   Run it again: the distance changes. Linux places the heap at a random distance\n"
         "   after bss (where address space is randomized), so never compute with `end`.\n");
}

/* ---- 2. moving it ---- */

static void show_moves(void)
{
    printf("2. Moving it; a page has %zu bytes\n\n", page);
    report("at first");
    void *old = sbrk(1);
    printf("   sbrk(1) returned the OLD break, start + %td: the address of the new byte\n",
           (char *)old - start);
    report("after sbrk(1): one byte, one page");
    start[0] = 'x';
    report("after writing that byte");
    sbrk((intptr_t)(64 * page) - 1);
    report("after raising it to 64 pages");
    start[10 * page] = 'x';
    start[20 * page] = 'x';
    report("after writing in two more of them");
    memset(start, 'x', 64 * page);
    report("after writing everywhere");
    if (brk(start + 8 * page) == 0)
        report("after brk(start + 8 pages)");
    sbrk((intptr_t)(8 * page));
    printf("   the first byte of page 8 was 'x'; given back and taken again, it is %d\n",
           start[8 * page]);
    report("after reading it");
    puts(
        "\n   Room is not memory: a page comes when it is touched first, and it comes zero.\n");
}

/* ---- 3. its edges ---- */

static void write_at(void *address)
{
    *(volatile char *)address = 'x';
}

static void show_edges(void)
{
    if (brk(start + page + 100) != 0)
        return;
    puts("3. Around the break\n");
    report("the break inside a page");
    printf("   writing the last byte below the break:   %s\n",
           try_in_child(write_at, start + page + 99));
    printf("   writing the first byte above it:         %s\n",
           try_in_child(write_at, start + page + 100));
    printf("   writing one page further:                %s\n",
           try_in_child(write_at, start + 2 * page + 100));
    puts(
        "\n   The break is exact, the mapping comes in whole pages. The rest of the last page\n"
        "   can be written, although it is not yours: no signal, only a mistake that nobody\n"
        "   has noticed yet. brklab notices.\n");
}

/* ---- 4. when it fails ---- */

static void show_failures(void)
{
    puts("4. When it fails\n");
    struct rlimit limit;
    getrlimit(RLIMIT_DATA, &limit);
    struct rlimit tight = {(rlim_t)1 << 20, limit.rlim_max};
    setrlimit(RLIMIT_DATA, &tight);
    errno = 0;
    void *result = sbrk((intptr_t)16 << 20);
    printf("   sbrk(16 MiB) under a limit of 1 MiB:     returned %s, errno is %s\n",
           result == (void *)-1 ? "(void *)-1" : "an address", strerror(errno));
    setrlimit(RLIMIT_DATA, &limit);
    int lowered = brk(start - ((size_t)1 << 40));
    printf("   brk() far below the start:               returned %d\n", lowered);
    report("and yet");
    puts(
        "\n   A failed call leaves the break where it was. (void *)-1 is not NULL: a program\n"
        "   that tests for NULL goes on with address -1. The kernel never lowers the break\n"
        "   below its start; this C library does not even report it: sbrk(0) tells the truth.");
}

int main(void)
{
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    page = (size_t)sysconf(_SC_PAGESIZE);
    show_start();
    sbrk((intptr_t)(page - (uintptr_t)sbrk(0) % page));
    start = sbrk(0);
    show_moves();
    show_edges();
    show_failures();
    fflush(stdout);
    return 0;
}
