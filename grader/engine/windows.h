/*
 * windows.h - where a timed run stops to look: the trace cut into windows. Pure arithmetic.
 *
 *     |  warm  |            timed            |  warm  |            timed            | ...
 *     window 0                               window 1
 *
 * A window is handed over in two orders, or in more where the allocator is slow. Between
 * windows the referee uses payloads, which drives the allocator's data out of the caches; so
 * the first operations warm up again, and only the rest is timed. A window ends early before
 * the free or realloc of a large block that was made in it: such a block's bytes would be gone
 * before the referee could see whether calloc cleared and realloc copied them.
 */
#ifndef WINDOWS_H
#define WINDOWS_H

#include "trace.h"

/* So many operations warm up a long window; an eighth of them a short one. */
#define WINDOWS_WARM 512

struct windows {
    size_t *ends; /* window w is the operations from ends[w - 1] (or 0) up to ends[w] */
    size_t count;
    size_t timed, warm; /* operations of both kinds, in all windows */
};

/* Cuts `trace` into windows of at most `longest` operations. windows_free() releases it. */
struct windows windows_cut(const struct trace *trace, size_t longest);
void windows_free(struct windows *windows);

/* How many of `count` operations of a window only warm up. */
size_t windows_warming(size_t count);

#endif
