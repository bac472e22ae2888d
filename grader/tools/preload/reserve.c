#include "reserve.h"
#include "break.h"
#include "memlib.h"
#include <sys/mman.h>
#include <unistd.h>

#define MOST_ROOM  ((uint64_t)1 << 40)
#define LEAST_ROOM ((uint64_t)1 << 28)

static char *start;
static struct program_break brk_now;
static size_t page;

bool reserve_open(void)
{
    page = (size_t)sysconf(_SC_PAGESIZE);
    for (uint64_t room = MOST_ROOM; room >= LEAST_ROOM; room /= 2) {
        void *memory =
            mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED)
            continue;
        start = memory;
        brk_now.limit = room;
        return true;
    }
    return false;
}

bool reserve_holds(uintptr_t address, size_t bytes)
{
    uintptr_t offset = address - (uintptr_t)start;
    return offset <= brk_now.size && bytes <= brk_now.size - offset;
}

size_t reserve_peak(void)
{
    return brk_now.peak;
}

/* Gives pages, or takes them back; they return zero, as from a kernel. */
static bool move_pages(uint64_t old, uint64_t now)
{
    old = page_up(old, page);
    now = page_up(now, page);
    if (now > old)
        return mprotect(start + old, now - old, PROT_READ | PROT_WRITE) == 0;
    if (now < old)
        return madvise(start + now, old - now, MADV_DONTNEED) == 0 &&
               mprotect(start + now, old - now, PROT_NONE) == 0;
    return true;
}

void *mem_sbrk(intptr_t increment)
{
    struct program_break before = brk_now;
    int saved = errno, error = break_move(&brk_now, increment);
    if (!error && !move_pages(before.size, brk_now.size)) {
        brk_now = before;
        error = ENOMEM;
    }
    errno = error ? error : saved;
    return error ? (void *)-1 : start + before.size;
}

int mem_brk(void *address)
{
    intptr_t increment;
    int error = break_distance(&brk_now, start, address, &increment);
    if (error) {
        errno = error;
        return -1;
    }
    return mem_sbrk(increment) == (void *)-1 ? -1 : 0;
}

void *mem_heap_lo(void)
{
    return start;
}

void *mem_heap_hi(void)
{
    return start + brk_now.size - 1;
}

size_t mem_heapsize(void)
{
    return brk_now.size;
}

size_t mem_pagesize(void)
{
    return page;
}
