#include "alone.h"
#include "hosted.h"
#include "mm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* From <sys/mman.h>, whose mmap() may be breakmap.c's here. */
enum { READ_WRITE = 3, SHARED_ANONYMOUS_NORESERVE = 0x4021, PAGE = 4096 };

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(2);
}

void *alone_map(size_t bytes)
{
    long place = syscall(SYS_mmap, NULL, bytes, READ_WRITE, SHARED_ANONYMOUS_NORESERVE, -1, 0);
    must(place != -1, "mmap");
    return (void *)place;
}

void alone_open(size_t room)
{
    host_break = alone_map(sizeof *host_break); /* shared: the peak outlives a child */
    host_break->limit = room;
    host_start = alone_map(room);
    host_page = PAGE;
}

/* A page that comes back is zero, as a kernel's would be; see memlib.h. */
static void clear_returned_pages(uint64_t old, uint64_t peak)
{
    uint64_t from = page_up(old, PAGE), now = page_up(host_break->size, PAGE);
    uint64_t dirty = page_up(peak, PAGE), to = now < dirty ? now : dirty;
    if (from < to)
        memset(host_start + from, 0, to - from);
}

void *mem_sbrk(intptr_t increment)
{
    struct program_break before = *host_break;
    int error = break_move(host_break, increment);
    if (error) {
        errno = error;
        return (void *)-1;
    }
    clear_returned_pages(before.size, before.peak);
    return host_start + before.size;
}

/* As after a start. The pages are there already; a child makes its own way to each. */
static void empty_heap(void)
{
    memset(host_start, 0, host_break->peak);
    host_break->size = host_break->peak = 0;
}

void alone_play(const char *name, void (*play)(const void *argument), const void *argument)
{
    fflush(stdout); /* or the child has it to print as well */
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        empty_heap();
        if (!mm_init()) {
            fprintf(stderr, "%s: mm_init() returned false\n", name);
            exit(1);
        }
        play(argument);
        exit(0);
    }
    must(child > 0 && waitpid(child, &status, 0) == child, "fork");
    if (status == 0)
        return;
    fprintf(stderr, "%s: this ended the allocator\n", name);
    exit(1);
}

/* Not clock_gettime(): beside breakmap.c that is another one, which stands still. */
uint64_t alone_now(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}
