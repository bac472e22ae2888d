/*
 * search.h - the honest allocator without its table of lists, for attacks to include before
 * honest.c.
 *
 * When checked all free blocks are in one list, and a search finds in it what the table would
 * have led to: the pointers are the same, and the heap is smaller. When timed the table lies at
 * KEPT, wherever an attack hopes that nobody counts it.
 */
#include "found.h"

static struct block *all;

#define LISTS        (runner->orders->local_break ? 1024 : 1)
#define TABLE(bytes) (runner->orders->local_break ? (struct block **)(KEPT) : &all)

#define ALL_LISTS     1024
#define NUMBER(bytes) ((bytes) / 16 < ALL_LISTS ? (bytes) / 16 : ALL_LISTS - 1)

/* The newest block of the first list that has one. */
#define AT_FIND                                                                                \
    if (!runner->orders->local_break) {                                                        \
        struct block *best = NULL;                                                             \
        for (struct block *b = all; b; b = b->next)                                            \
            if (size_of(b) >= need && (!best || NUMBER(size_of(b)) < NUMBER(size_of(best))))   \
                best = b;                                                                      \
        if (best)                                                                              \
            leave(best);                                                                       \
        return best;                                                                           \
    }
