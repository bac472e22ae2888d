#include "memory.h"
#include "../../engine/hosted.h"
#include "../../engine/say.h"
#include "touch.h"
#include <sys/mman.h>
#include <unistd.h>

void memory_open(uint64_t start, uint64_t room)
{
    host_break->limit = room;
    host_page = (size_t)sysconf(_SC_PAGESIZE);
    host_start = mmap((void *)(uintptr_t)start, room, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (host_start == MAP_FAILED)
        die("the heap has no place at its address; is `ulimit -v` set?");
}

/* Pages beyond the break are not there; the rest of its own page is shut. */
static void follow(uint64_t old)
{
    uint64_t size = host_break->size;
    uint64_t before = page_up(old, host_page), now = page_up(size, host_page);
    if (now > before)
        mprotect(host_start + before, now - before, PROT_READ | PROT_WRITE);
    if (now < before) {
        touch_open(host_start + old, before - old); /* more is not shut; it may be terabytes */
        madvise(host_start + now, before - now, MADV_DONTNEED);
        mprotect(host_start + now, before - now, PROT_NONE);
    }
    if (size > old)
        touch_open(host_start + old, size - old < TOUCH_WHOLE ? size - old : before - old);
    touch_shut(host_start + size, now - size);
}

void *mem_sbrk(intptr_t increment)
{
    uint64_t old = host_break->size;
    int error = increment ? break_move(host_break, increment) : 0;
    if (error) {
        errno = error;
        return (void *)-1;
    }
    follow(old);
    return host_start + old;
}
