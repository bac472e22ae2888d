/*
 * residue.h - what stays behind in a runner's private memory from one call to the next.
 *
 * Whole pages that a runner writes are counted elsewhere (process_private_pages). But the pages
 * that it has anyway are not full: the rest of the page behind its variables, the stack above
 * and below main, variables of the C library that nobody uses. A table there takes no page
 * more, so bytes are compared: with what they were after mm_init. What never changes is no
 * state, and what changes is, wherever it is.
 */
#ifndef RESIDUE_H
#define RESIDUE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct residue_page;

struct residue {
    struct residue_page *pages; /* those that exist, by address, with their bytes */
    size_t count;
};

/* Remembers all private memory that process `pid` can write. residue_clear() releases it. */
void residue_remember(struct residue *residue, pid_t pid);
void residue_clear(struct residue *residue);

/*
 * Bytes of the lines (64 bytes) in it that differ now, or did when this was asked before. 0
 * where the kernel does not let us look.
 */
uint64_t residue_changed(struct residue *residue, pid_t pid);

#endif
