/*
 * mm.h - what an allocator in this lab must provide, and the rules it lives by.
 *
 * You write these functions in mm.c. The heap below them is the simulated program break
 * of memlib.h; it is the only memory an allocator may use.
 *
 * The rules
 *  1. An allocator is deterministic: the same calls in the same order return the same
 *     pointers. It takes no decision from time, addresses of its code, or payload bytes.
 *  2. All its bookkeeping lives in the heap. Writable static data beyond MM_STATIC_FREE
 *     bytes counts as heap, in every profile: a large table is not free of charge.
 *  3. It calls neither the C library's allocator nor mmap, brk or sbrk. memcpy, memmove,
 *     memset and assert are fine.
 *  4. Payload bytes belong to the program from malloc to free. The allocator may not
 *     write them, not even to restore them later.
 *  5. Nothing at or above the program break is touched.
 */
#ifndef MM_H
#define MM_H

#include <stdbool.h>
#include <stddef.h>

/* Every payload starts at a multiple of this many bytes. The classic profile says 8. */
#ifndef MM_ALIGNMENT
#define MM_ALIGNMENT 16
#endif

/* This many bytes of writable static data cost nothing (see rule 2). */
#define MM_STATIC_FREE 128

/*
 * Prepares an empty heap (mem_heapsize() is 0, every byte will read as zero).
 * Called once, before every other function. Returns false when the heap cannot be set up.
 */
bool mm_init(void);

/*
 * Returns a payload of at least `size` bytes, aligned to MM_ALIGNMENT, that overlaps no
 * live payload; its bytes may hold anything. mm_malloc(0) returns either NULL or a
 * pointer that is unique among the live ones and may be freed.
 * Returns NULL when the heap cannot hold the request: raising the break would pass the
 * heap limit, or the size is absurd (SIZE_MAX - 8, say). The heap stays usable.
 */
void *mm_malloc(size_t size);

/* Gives a payload back. mm_free(NULL) does nothing. */
void mm_free(void *ptr);

/*
 * Changes the size of a payload and keeps its bytes up to the smaller of both sizes; the
 * payload may move. mm_realloc(NULL, n) is mm_malloc(n). mm_realloc(p, 0) frees p and
 * returns either NULL or what mm_malloc(0) might. Returns NULL when it cannot be done;
 * then the old payload is still there, unchanged (except with size 0).
 */
void *mm_realloc(void *ptr, size_t size);

/*
 * Returns a payload for `count` elements of `size` bytes, all bytes zero, or NULL. The
 * product may overflow: that must be noticed and answered by NULL.
 */
void *mm_calloc(size_t count, size_t size);

/*
 * The heap checker: walks the heap and returns true when it is sound. On the first
 * thing that is wrong it says so on stderr, naming `line` (the caller's __LINE__, or the
 * trace's line when the driver calls it), and returns false.
 */
bool mm_checkheap(int line);

#endif
