#include "heap.h"
#include "fill.h"
#include "filter.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writing so many bytes takes longer than to ask the kernel for their pages. */
#define LONG_STRETCH ((uint64_t)64 << 10)

/*
 * Where heaps were, the last one last. The next one goes there, if the place is free: an
 * emulator that runs us keeps a record of each page that was ever mapped, and a whole grade
 * opens hundreds of heaps, two at a time.
 */
enum { VACANT_MAX = 4 };
static void *vacant[VACANT_MAX];
static size_t vacant_count;

bool heap_open(struct heap *heap, uint64_t room)
{
    *heap = (struct heap){.room = room, .brk.limit = room};
    heap->page = (uint64_t)sysconf(_SC_PAGESIZE);
    heap->fd = memfd_create("brklab-heap", MFD_CLOEXEC);
    if (heap->fd < 0)
        die("cannot create a file in memory for the heap: %s", strerror(errno));
    void *hint = vacant_count > 0 ? vacant[--vacant_count] : NULL;
    void *view =
        mmap(hint, room, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, heap->fd, 0);
    if (view == MAP_FAILED) {
        close(heap->fd);
        return false;
    }
    heap->view = view;
    heap->slack = must_alloc(heap->page);
    heap->secret = must_alloc(heap->page);
    must_random(heap->secret, heap->page);
    for (uint64_t i = 0; i < heap->page; i++)
        heap->secret[i] |= 1; /* a zero is what is written most, and must always show */
    return true;
}

void heap_close(struct heap *heap)
{
    munmap(heap->view, heap->room);
    if (vacant_count < VACANT_MAX)
        vacant[vacant_count++] = heap->view;
    close(heap->fd);
    free(heap->slack);
    free(heap->secret);
    pages_clear(&heap->touched);
}

void heap_set_file(struct heap *heap, uint64_t bytes)
{
    uint64_t size = page_up(bytes, heap->page);
    if (size == heap->file)
        return;
    if (ftruncate(heap->fd, (off_t)size) != 0)
        die("cannot resize the heap to %llu bytes (is the machine out of memory?): %s",
            (unsigned long long)size, strerror(errno));
    heap->file = size;
    heap->seen = heap->seen < size ? heap->seen : size;
}

void heap_populate(struct heap *heap, uint64_t bytes)
{
    uint64_t size = bytes < heap->file ? page_up(bytes, heap->page) : heap->file;
    madvise(heap->view, size, MADV_POPULATE_WRITE); /* without it they come one by one */
    for (uint64_t at = 0; at < size; at += heap->page)
        ((volatile uint8_t *)heap->view)[at] = 0;
    heap->seen = size;
}

/* Of a long stretch pages may have gone again (heap_drop); asking costs little beside it. */
void heap_expect(struct heap *heap, uint64_t from, uint64_t to)
{
    bool ask = to - from >= LONG_STRETCH || from > heap->seen;
    uint64_t start = page_down(ask ? from : heap->seen, heap->page);
    uint64_t end = page_up(to, heap->page);
    if (end > start + heap->page)
        madvise(heap->view + start, end - start, MADV_POPULATE_WRITE);
    heap->seen = heap->seen > end ? heap->seen : end;
}

static size_t slack_bytes(const struct heap *heap)
{
    return heap->file - heap->brk.size;
}

/* The secret bytes that belong at the break: one for each place in a page. */
static const uint8_t *secret_bytes(const struct heap *heap)
{
    return heap->secret + (heap->brk.size & (heap->page - 1));
}

static void hide_slack(struct heap *heap)
{
    if (heap->fresh)
        memset(heap->slack, 0, slack_bytes(heap));
    else
        memcpy(heap->slack, heap->view + heap->brk.size, slack_bytes(heap));
    memcpy(heap->view + heap->brk.size, secret_bytes(heap), slack_bytes(heap));
}

/* A page that nobody but us has used goes again, or it would count as touched. */
static void show_slack(struct heap *heap)
{
    uint64_t page = page_down(heap->brk.size, heap->page);
    memcpy(heap->view + heap->brk.size, heap->slack, slack_bytes(heap));
    heap->fresh = heap->fresh && fill_zeros(heap->view + page, heap->page) == heap->page;
    if (heap->fresh)
        heap_drop(heap, page, page + heap->page);
}

void heap_mark(struct heap *heap)
{
    heap->marked = heap->lowest = heap->brk.size;
}

bool heap_next_data(const struct heap *heap, uint64_t from, uint64_t to, uint64_t *start,
                    uint64_t *end)
{
    off_t data = from < to ? lseek(heap->fd, (off_t)from, SEEK_DATA) : -1;
    if (data < 0 || (uint64_t)data >= to)
        return false;
    off_t hole = lseek(heap->fd, data, SEEK_HOLE);
    *start = (uint64_t)data;
    *end = hole < 0 || (uint64_t)hole > to ? to : (uint64_t)hole;
    return true;
}

/* Pages that are about to go, or that we count at the end, were touched. */
static void count_pages(struct heap *heap, uint64_t from, uint64_t to)
{
    uint64_t start, end;
    for (; heap_next_data(heap, from, to, &start, &end); from = end)
        pages_add(&heap->touched, start / heap->page, end / heap->page);
}

int heap_move_break(struct heap *heap, int64_t increment)
{
    uint64_t file = heap->file;
    show_slack(heap);
    int error = break_move(&heap->brk, increment);
    if (!error) {
        uint64_t size = page_up(heap->brk.size, heap->page);
        if (size < file)
            count_pages(heap, size, file);
        heap_set_file(heap, size);
        heap->fresh = (size > file || heap->fresh) && size >= file && slack_bytes(heap) > 0;
        if (heap->brk.size < heap->lowest)
            heap->lowest = heap->brk.size;
    }
    hide_slack(heap);
    return error;
}

uint64_t heap_check_slack(struct heap *heap)
{
    const uint8_t *now = heap->view + heap->brk.size, *secret = secret_bytes(heap);
    size_t bytes = slack_bytes(heap), at = 0;
    if (memcmp(now, secret, bytes) == 0)
        return HEAP_NOWHERE;
    while (at + 1 < bytes && now[at] == secret[at])
        at++;
    memcpy(heap->view + heap->brk.size, secret, bytes);
    return heap->brk.size + at;
}

/* Stretch by stretch: the kernel walks all of a hole's address range, however empty. */
void heap_drop(struct heap *heap, uint64_t from, uint64_t to)
{
    uint64_t start, end;
    for (; heap_next_data(heap, from, to, &start, &end); from = end)
        if (fallocate(heap->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)start,
                      (off_t)(end - start)) != 0)
            die("cannot drop pages of the heap: %s", strerror(errno));
}

void heap_write(struct heap *heap, uint64_t offset, const void *bytes, size_t count)
{
    if (pwrite(heap->fd, bytes, count, (off_t)offset) != (ssize_t)count)
        die("cannot write to the heap; is the machine out of memory?");
}

void heap_read(const struct heap *heap, uint64_t offset, void *bytes, size_t count)
{
    if (pread(heap->fd, bytes, count, (off_t)offset) != (ssize_t)count)
        die("cannot read from the heap");
}

void heap_zero(struct heap *heap, uint64_t from)
{
    uint64_t start, end;
    for (; heap_next_data(heap, from, heap->file, &start, &end); from = end)
        memset(heap->view + start, 0, end - start);
}

uint64_t heap_resident(const struct heap *heap)
{
    struct stat status;
    return fstat(heap->fd, &status) == 0 ? (uint64_t)status.st_blocks * 512 : 0;
}

uint64_t heap_pages_touched(struct heap *heap)
{
    show_slack(heap);
    count_pages(heap, 0, heap->file);
    return pages_count(&heap->touched);
}
