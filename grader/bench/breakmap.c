#include "breakmap.h"
#include "memlib.h"
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From <sys/mman.h>, which would declare the functions that we are. */
enum { FIXED = 0x10, MAY_MOVE = 1, DONT_NEED = 4, REMOVE = 9 };
#define FAILED ((void *)-1)

/*
 * Mappings of at least so many bytes are aligned to it: some allocators ask for that, by
 * mapping more than they need and giving back both ends, which only raises the peak.
 */
#ifndef MAP_UNIT
#define MAP_UNIT 4096
#endif

/* Above this no address space is left in any heap. */
#define TOO_LARGE ((size_t)1 << 46)

struct hole {
    char *from, *to;
};

static struct hole holes[4096];
static size_t hole_count;

static size_t up(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) & ~(unit - 1);
}

static char *align(char *at, size_t unit)
{
    return at + (up((uintptr_t)at, unit) - (uintptr_t)at);
}

static char *top(void)
{
    return mem_sbrk(0);
}

/* Pages of a shared file go only so, and read as zero then. */
static void drop_pages(char *from, char *to)
{
    if (from < to && syscall(SYS_madvise, from, to - from, REMOVE) != 0)
        memset(from, 0, (size_t)(to - from));
}

static void hole_remove(size_t i)
{
    holes[i] = holes[--hole_count];
}

/* Adds from .. to, which no hole contains, and joins it with its neighbours. */
static void hole_add(char *from, char *to)
{
    for (size_t i = 0; i < hole_count;) {
        if (holes[i].to != from && holes[i].from != to) {
            i++;
            continue;
        }
        from = holes[i].to == from ? holes[i].from : from;
        to = holes[i].from == to ? holes[i].to : to;
        hole_remove(i);
        i = 0;
    }
    if (from == to)
        return;
    if (to == top())
        mem_brk(from);
    else if (hole_count == sizeof holes / sizeof *holes)
        abort(); /* the referee says so; nothing is measured then */
    else
        holes[hole_count++] = (struct hole){from, to};
}

/* Takes from .. to out of hole `i`. */
static void hole_cut(size_t i, char *from, char *to)
{
    struct hole hole = holes[i];
    hole_remove(i);
    hole_add(hole.from, from);
    hole_add(to, hole.to);
}

/* `bytes` from the lowest hole that has them, or NULL. */
static char *place_in_hole(size_t bytes, size_t unit)
{
    size_t best = hole_count;
    for (size_t i = 0; i < hole_count; i++) {
        char *start = align(holes[i].from, unit);
        if (start <= holes[i].to && (size_t)(holes[i].to - start) >= bytes &&
            (best == hole_count || holes[i].from < holes[best].from))
            best = i;
    }
    if (best == hole_count)
        return NULL;
    char *start = align(holes[best].from, unit);
    hole_cut(best, start, start + bytes);
    return start;
}

static char *place_at_top(size_t bytes, size_t unit)
{
    char *old = top(), *start = align(old, unit);
    if (mem_sbrk((intptr_t)(start - old) + (intptr_t)bytes) == FAILED)
        return FAILED;
    hole_add(old, start);
    return start;
}

void *break_mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    (void)protection;
    (void)fd;
    (void)offset;
    if (bytes == 0 || bytes > TOO_LARGE) {
        errno = bytes ? ENOMEM : EINVAL;
        return FAILED;
    }
    bytes = up(bytes, mem_pagesize());
    if (flags & FIXED) {
        drop_pages(at, (char *)at + bytes);
        return at;
    }
    size_t unit = bytes >= MAP_UNIT ? MAP_UNIT : mem_pagesize();
    char *start = place_in_hole(bytes, unit);
    return start ? start : place_at_top(bytes, unit);
}

int break_munmap(void *at, size_t bytes)
{
    char *from = at, *to = from + up(bytes, mem_pagesize());
    if (to != top())
        drop_pages(from, to);
    hole_add(from, to);
    return 0;
}

int break_madvise(void *at, size_t bytes, int advice)
{
    if (advice == DONT_NEED)
        drop_pages(at, (char *)at + bytes);
    return 0;
}

int break_mprotect(void *at, size_t bytes, int protection)
{
    (void)at;
    (void)bytes;
    (void)protection;
    return 0;
}

int break_clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    *now = (struct timespec){.tv_sec = 1};
    return 0;
}

#ifndef WRAP_SHARED

void *break_sbrk(intptr_t increment)
{
    return mem_sbrk(increment);
}

/* objcopy gives each name to one function only. */
void *break_sbrk_too(intptr_t increment)
{
    return mem_sbrk(increment);
}

/* Room behind a mapping that ends at `from`, up to `to`, without moving it. */
static bool extend(char *from, char *to)
{
    if (from == top())
        return mem_sbrk(to - from) != FAILED;
    for (size_t i = 0; i < hole_count; i++)
        if (holes[i].from == from && holes[i].to >= to) {
            hole_cut(i, from, to);
            return true;
        }
    return false;
}

void *break_mremap(void *at, size_t bytes, size_t wanted, int flags, ...)
{
    char *old = at;
    bytes = up(bytes, mem_pagesize());
    if (wanted > TOO_LARGE)
        return FAILED;
    wanted = up(wanted, mem_pagesize());
    if (wanted < bytes)
        break_munmap(old + wanted, bytes - wanted);
    if (wanted <= bytes || extend(old + bytes, old + wanted))
        return old;
    void *moved = flags & MAY_MOVE ? break_mmap(NULL, wanted, 0, 0, -1, 0) : FAILED;
    if (moved == FAILED)
        return FAILED;
    memcpy(moved, old, bytes);
    break_munmap(old, bytes);
    return moved;
}

/* jemalloc asks whether the kernel overcommits memory, and works quite unlike if not. */
static const char overcommit_file[] = "/proc/sys/vm/overcommit_memory";
enum { OVERCOMMIT_FD = 1000 };

static int open_file(const char *path)
{
    if (strcmp(path, overcommit_file) == 0)
        return OVERCOMMIT_FD;
    errno = ENOENT;
    return -1;
}

int break_open(const char *path, int flags, ...)
{
    (void)flags;
    return open_file(path);
}

/* Only what is needed to read that file, which says 0: it does, within reason. */
long break_syscall(long number, ...)
{
    va_list args;
    va_start(args, number);
    long a = va_arg(args, long), b = va_arg(args, long);
    va_end(args);
    switch (number) {
#ifdef SYS_open
    case SYS_open:
        return open_file((const char *)a);
#endif
    case SYS_openat:
        return open_file((const char *)b);
    case SYS_read:
        *(char *)b = '0';
        return a == OVERCOMMIT_FD;
    case SYS_close:
        return 0;
    default:
        errno = ENOSYS;
        return -1;
    }
}

long break_sysconf(int name)
{
    if (name == _SC_PAGESIZE)
        return (long)mem_pagesize();
    return name == _SC_NPROCESSORS_ONLN || name == _SC_NPROCESSORS_CONF ? 1 : -1;
}

int break_sched_getaffinity(pid_t process, size_t bytes, void *set)
{
    (void)process;
    memset(set, 0, bytes);
    *(unsigned char *)set = 1;
    return 0;
}

#endif
