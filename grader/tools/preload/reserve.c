#include "reserve.h"
#include "hosted.h"
#include <sys/mman.h>
#include <unistd.h>

#define MOST_ROOM  ((uint64_t)1 << 40)
#define LEAST_ROOM ((uint64_t)1 << 28)

bool reserve_open(void)
{
    host_page = (size_t)sysconf(_SC_PAGESIZE);
    for (uint64_t room = MOST_ROOM; room >= LEAST_ROOM; room /= 2) {
        void *memory =
            mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED)
            continue;
        host_start = memory;
        host_break->limit = room;
        return true;
    }
    return false;
}

bool reserve_holds(uintptr_t address, size_t bytes)
{
    uintptr_t offset = address - (uintptr_t)host_start;
    return offset <= host_break->size && bytes <= host_break->size - offset;
}

size_t reserve_peak(void)
{
    return host_break->peak;
}

/* Gives pages, or takes them back; they return zero, as from a kernel. */
static bool move_pages(uint64_t old, uint64_t now)
{
    old = page_up(old, host_page);
    now = page_up(now, host_page);
    if (now > old)
        return mprotect(host_start + old, now - old, PROT_READ | PROT_WRITE) == 0;
    if (now < old)
        return madvise(host_start + now, old - now, MADV_DONTNEED) == 0 &&
               mprotect(host_start + now, old - now, PROT_NONE) == 0;
    return true;
}

void *mem_sbrk(intptr_t increment)
{
    struct program_break before = *host_break;
    int saved = errno, error = break_move(host_break, increment);
    if (!error && !move_pages(before.size, host_break->size)) {
        *host_break = before;
        error = ENOMEM;
    }
    errno = error ? error : saved;
    return error ? (void *)-1 : host_start + before.size;
}
