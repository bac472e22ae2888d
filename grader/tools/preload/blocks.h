/*
 * blocks.h - which blocks are live in a program that runs on mm.c: a hash table by address.
 *
 * mm.h cannot be asked how long a payload is, and malloc_usable_size and aligned payloads
 * need to know. The table lies in pages of its own, not in the heap, so that the allocator
 * sees the program's requests as they are. The caller holds the lock (family.c).
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct live_block {
    uintptr_t address; /* what the program knows; 0: an empty place */
    uintptr_t origin;  /* what mm_malloc returned: lower, if the payload was aligned */
    size_t size;       /* bytes asked for */
};

struct live_blocks {
    size_t count, bytes; /* live now */
    size_t peak;         /* highest `bytes` */
};

extern struct live_blocks live_blocks;

/* Adds a block; false when there is no memory for the table. */
bool blocks_add(uintptr_t address, uintptr_t origin, size_t size);

/* The block at `address`, or NULL. Good until the next call. */
struct live_block *blocks_find(uintptr_t address);

/* Takes out a block that blocks_find() returned. */
void blocks_remove(struct live_block *block);

#endif
