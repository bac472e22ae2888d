/*
 * memlib.c - the runner's side of the simulated program break.
 *
 * In a checked run the break belongs to the referee: a move is a request to it, and the
 * pages beyond the break do not exist. In a timed run the runner moves the break itself,
 * so that no hand-over is timed; the referee compares the outcome with the checked run.
 */
#include "memlib.h"
#include "runner.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* Above this many bytes it is cheaper to drop pages than to clear them. */
#define CLEAR_LIMIT ((uint64_t)16 << 12)

static char *heap_start(void)
{
    return (char *)(uintptr_t)runner->orders->heap_start;
}

void memlib_reset(void)
{
    runner->brk = (struct program_break){.limit = runner->orders->heap_room};
    runner->dirty = 0;
}

/*
 * Timed run: a page that was given back comes back zero. Pages below `dirty` may have been
 * written before the break was lowered; those that the raise from `old` brings back are
 * cleared here, and nothing else is.
 */
static void clear_returned_pages(uint64_t old)
{
    uint64_t from = page_up(old, runner->orders->page);
    uint64_t now = page_up(runner->brk.size, runner->orders->page);
    uint64_t to = now < runner->dirty ? now : runner->dirty;
    if (from < to) {
        if (to - from <= CLEAR_LIMIT ||
            madvise(heap_start() + from, to - from, MADV_REMOVE) != 0)
            memset(heap_start() + from, 0, to - from);
    }
    if (now > runner->dirty)
        runner->dirty = now;
}

static int move_locally(intptr_t increment)
{
    uint64_t old = runner->brk.size;
    int error = break_move(&runner->brk, increment);
    if (!error && increment > 0)
        clear_returned_pages(old);
    return error;
}

static int move_by_request(intptr_t increment)
{
    runner->replies->value = increment;
    runner_reply(REPLY_BREAK);
    int error = runner->orders->error;
    if (!error)
        break_move(&runner->brk, increment);
    return error;
}

void *mem_sbrk(intptr_t increment)
{
    char *old = heap_start() + runner->brk.size;
    if (increment == 0)
        return old;
    int error =
        runner->orders->local_break ? move_locally(increment) : move_by_request(increment);
    if (error) {
        errno = error;
        return (void *)-1;
    }
    return old;
}

int mem_brk(void *address)
{
    intptr_t increment;
    int error = break_distance(&runner->brk, heap_start(), address, &increment);
    if (error) {
        errno = error;
        return -1;
    }
    return mem_sbrk(increment) == (void *)-1 ? -1 : 0;
}

void *mem_heap_lo(void)
{
    return heap_start();
}

void *mem_heap_hi(void)
{
    return heap_start() + runner->brk.size - 1;
}

size_t mem_heapsize(void)
{
    return runner->brk.size;
}

size_t mem_pagesize(void)
{
    return runner->orders->page;
}
