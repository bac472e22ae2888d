#include "memory.h"
#include "../../engine/break.h"
#include "../../engine/memlib.h"
#include "../../engine/say.h"
#include "touch.h"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct program_break brk_now;
static char *heap;
static uint64_t page;

void memory_open(uint64_t start, uint64_t room)
{
    page = (uint64_t)sysconf(_SC_PAGESIZE);
    heap = mmap((void *)(uintptr_t)start, room, PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (heap == MAP_FAILED)
        die("the heap has no place at its address; is `ulimit -v` set?");
    brk_now = (struct program_break){.limit = room};
}

/* Pages beyond the break are not there; the rest of its own page is shut. */
static void follow(uint64_t old)
{
    uint64_t before = page_up(old, page), now = page_up(brk_now.size, page);
    if (now > before)
        mprotect(heap + before, now - before, PROT_READ | PROT_WRITE);
    if (now < before) {
        touch_open(heap + old, before - old); /* more is not shut; it may be terabytes */
        madvise(heap + now, before - now, MADV_DONTNEED);
        mprotect(heap + now, before - now, PROT_NONE);
    }
    if (brk_now.size > old)
        touch_open(heap + old,
                   brk_now.size - old < TOUCH_WHOLE ? brk_now.size - old : before - old);
    touch_shut(heap + brk_now.size, now - brk_now.size);
}

void *mem_sbrk(intptr_t increment)
{
    uint64_t old = brk_now.size;
    int error = increment ? break_move(&brk_now, increment) : 0;
    if (error) {
        errno = error;
        return (void *)-1;
    }
    follow(old);
    return heap + old;
}

int mem_brk(void *address)
{
    intptr_t increment;
    int error = break_distance(&brk_now, heap, address, &increment);
    if (error) {
        errno = error;
        return -1;
    }
    return mem_sbrk(increment) == (void *)-1 ? -1 : 0;
}

void *mem_heap_lo(void)
{
    return heap;
}

void *mem_heap_hi(void)
{
    return heap + brk_now.size - 1;
}

size_t mem_heapsize(void)
{
    return brk_now.size;
}

size_t mem_pagesize(void)
{
    return page;
}
