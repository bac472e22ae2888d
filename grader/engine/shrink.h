/*
 * shrink.h - the shortest trace that still fails.
 *
 * Delta debugging (A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing
 * Input", IEEE TSE 28(2), 2002) on the lives of blocks. A life is all that happens to one
 * block, from its malloc to its free; taking out whole lives keeps a trace well-formed.
 *
 *     a 0 24    life 0          1. cut what follows the failing operation
 *     a 1 40    life 1          2. keep only the lives of the last 1, 4, 16, ... operations
 *     f 0       life 0          3. ddmin over lives, then over single operations
 *     a 0 9     life 2          4. simpler calls, smaller sizes, ids from 0
 *
 * Step 2 is not in the paper: what is wrong with an allocator is most often wrong with its
 * last few blocks, and a short candidate costs a thousandth of a long one.
 */
#ifndef SHRINK_H
#define SHRINK_H

#include "trace.h"
#include <stdbool.h>

struct shrink_test {
    /*
     * Does `trace` still fail in the same way? `*performed` becomes the number of its first
     * operations that are enough for that.
     */
    bool (*fails)(const struct trace *trace, void *context, size_t *performed);
    void *context;
    const bool *enough; /* becomes true when time is up: what was found so far is the result */
};

/*
 * Shrinks `trace`, which fails, to one that fails and is as short as can be found. Every
 * operation keeps its `line`, which must be unlike all others. trace_free() releases it.
 */
struct trace shrink(const struct trace *trace, const struct shrink_test *test);

#endif
