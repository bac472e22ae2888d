/*
 * heap.h - the simulated heap as the referee holds it: a file in memory and its break.
 *
 * The heap is a memfd, mapped by the runner at a fixed address and by the referee at
 * another, whose end is the program break rounded up to a page. What lies beyond the end
 * of a mapped file does not exist: touching it is SIGBUS, at once and for free. Lowering
 * the break cuts the file, and pages that come back read as zero, as from a real kernel.
 *
 * Offsets are bytes from the start of the heap. Where the kernel refuses what it must be able
 * to do, for want of memory mostly, these functions end the program (exit 2).
 */
#ifndef HEAP_H
#define HEAP_H

#include "break.h"
#include "pages.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap {
    int fd;
    uint8_t *view; /* our own mapping of it, `room` bytes */
    uint64_t room; /* address space */
    uint64_t page; /* bytes in a page */
    uint64_t file; /* bytes in the file: the break, rounded up */
    uint64_t seen; /* where our view has no page yet, from there on */
    struct program_break brk;
    uint8_t *slack;       /* what really stands between the break and the file's end */
    uint8_t *secret;      /* a page of the bytes that stand there for the time being */
    bool fresh;           /* the break's page appeared only for the secret bytes */
    uint64_t marked;      /* the break at heap_mark(), */
    uint64_t lowest;      /* and the lowest since then */
    struct pages touched; /* pages used so far that the file may no longer show */
};

#define HEAP_NOWHERE UINT64_MAX

/*
 * Opens an empty heap with `room` bytes of address space. Returns false when there is not
 * so much; the caller may ask for less. heap_close() releases it.
 */
bool heap_open(struct heap *heap, uint64_t room);
void heap_close(struct heap *heap);

/* Moves the break; 0, ENOMEM or EINVAL as break_move(). The pages follow. */
int heap_move_break(struct heap *heap, int64_t increment);

/* Sets the file's end without a break: for a timed run, where the runner moves it. */
void heap_set_file(struct heap *heap, uint64_t bytes);

/*
 * Makes the pages of the first `bytes` bytes exist, for both sides: a page that appears
 * while the clock runs costs as much as hundreds of calls.
 */
void heap_populate(struct heap *heap, uint64_t bytes);

/*
 * Before we write to all of from <= offset < to: lets the pages of it that are new appear in
 * our view. One by one, by a fault each, they take three times as long.
 */
void heap_expect(struct heap *heap, uint64_t from, uint64_t to);

/* From here on `lowest` is the lowest break. */
void heap_mark(struct heap *heap);

/*
 * Bytes at and above the break, in its page, are not the allocator's. While the break
 * stands still they are secret ones: any write there shows, zeros included, and a read
 * brings nothing useful. When the break moves, the true ones are put back first. Returns
 * the offset of the first that was written, or HEAP_NOWHERE, and mends what was.
 */
uint64_t heap_check_slack(struct heap *heap);

/*
 * Finds the first stretch of pages in from <= offset < to that physically exist; those in
 * between do not, and read as zero. Returns false when there is none.
 */
bool heap_next_data(const struct heap *heap, uint64_t from, uint64_t to, uint64_t *start,
                    uint64_t *end);

/* Drops the whole pages from <= offset < to (page multiples): they read as zero. */
void heap_drop(struct heap *heap, uint64_t from, uint64_t to);

/*
 * Copies bytes in and out by system call. In a giant payload that is cheaper than through
 * the view, where each lone page would cost two more for the page table.
 */
void heap_write(struct heap *heap, uint64_t offset, const void *bytes, size_t count);
void heap_read(const struct heap *heap, uint64_t offset, void *bytes, size_t count);

/* Clears all bytes of the file but the first `from`, keeping its pages in place. */
void heap_zero(struct heap *heap, uint64_t from);

/* Bytes of physical memory in use now. */
uint64_t heap_resident(const struct heap *heap);

/* Pages ever touched, or that a program using its whole payloads would have touched. */
uint64_t heap_pages_touched(struct heap *heap);

#endif
