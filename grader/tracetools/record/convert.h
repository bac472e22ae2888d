/*
 * convert.h - makes a trace from a log: blocks get numbers, addresses go.
 */
#ifndef CONVERT_H
#define CONVERT_H

#include "../../engine/trace.h"
#include "log.h"

#include <stdbool.h>

/* Which part of the log becomes a trace. */
struct window {
    uint64_t from; /* so many operations are passed over */
    uint64_t most; /* and at most so many are taken */
    bool balance;  /* then free what is still live, the oldest first */
};

/* What the trace does not show. */
struct left_out {
    size_t refused; /* requests that were answered by NULL */
    size_t older;   /* frees of blocks from before the window */
};

/*
 * Reads a log that nobody writes any more and returns its trace, to be released by
 * trace_free(). Ids are given in the order of their first use, one to each block. The
 * slots of reallocs in `log` serve as a notebook and are overwritten. The `pointer` of each
 * operation is the slot of its event.
 */
struct trace convert(struct log *log, const struct window *window, struct left_out *out);

#endif
