/*
 * profile.h - what a trace is like: its operations, sizes, lifetimes and live payload.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "../../engine/trace.h"

/* No heap of the lab is larger. A request that would pass it in live payload is refused. */
#define PROFILE_HEAP (UINT64_C(1) << 44)

/* Counts by powers of two: count[0] for the value 0, count[k] for 2^(k-1) .. 2^k - 1. */
#define HISTOGRAM_BINS 65
struct histogram {
    uint64_t count[HISTOGRAM_BINS];
    uint64_t total;
};

#define CURVE_COLUMNS 64

struct profile {
    uint64_t operations[4];                         /* by enum operation_kind */
    uint64_t empty, free_null, realloc_null;        /* size 0; free(NULL); realloc(NULL, n) */
    uint64_t refused;                               /* beyond PROFILE_HEAP */
    uint64_t grown, same, shrunk;                   /* reallocs of a live block */
    struct histogram sizes;                         /* of malloc, calloc and realloc */
    struct histogram lives;                         /* operations from request to free */
    uint64_t never_freed;                           /* blocks */
    uint64_t allocated;                             /* bytes of all requests, growth only */
    uint64_t peak, peak_blocks, peak_at, peak_line; /* live payload; operation from 1 */
    uint64_t peak_rounded;                          /* sizes rounded up to 16 */
    uint64_t peak_with_header;                      /* and 8 bytes more, at least 32 */
    uint64_t curve[CURVE_COLUMNS];                  /* largest live payload in each part */
};

/* Follows the trace. Blocks of size 0 count as blocks without bytes. */
struct profile profile_of(const struct trace *trace);

#endif
