/*
 * events.h - the history of a heap: what a checked run saw after each operation.
 *
 * `make viz` draws it. Nothing in it is the allocator's word: pointers are those that the
 * referee took and judged, and the break is the referee's own.
 *
 * The document is JSON. Its `operations` are bytes in base64, so that 100,000 of them take
 * a megabyte; one after the other, each operation is
 *
 *     kind      1 byte: 0 malloc, 1 calloc, 2 realloc, 3 free; + 4: it returned NULL (always
 *               so for free); + 8: a pointer outside the heap's address space
 *     lines     how many lines of the trace after the one before, from 0
 *     id        of the block; `ids` for free(NULL)
 *     bytes     asked for (0 for free)
 *     offset    only where a pointer was returned: from the heap's start, as a difference
 *               to the one before
 *     break     from the heap's start, as a difference to the one before (`first_break`)
 *
 * Numbers are LEB128: 7 bits a byte, low ones first, the high bit says that more follow.
 * Differences are zigzag coded: 0, -1, 1, -2, ... are 0, 1, 2, 3, ...; bytes beyond 2^53
 * are written as 2^53.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include "checked.h"
#include "finding.h"
#include "trace.h"
#include <stdint.h>
#include <stdio.h>

/* What is known of a checked run. `breaks` was filled by it (checked_options). */
struct events {
    const char *submission, *trace_name;
    const struct trace *trace;
    const struct checked_result *result;
    const uint64_t *breaks; /* the one before the first operation, then after each */
    const struct findings *findings;
    uint64_t heap_start, heap_room;
    uint32_t alignment;
};

/* Writes the document. Errors are the stream's. */
void events_write(const struct events *events, FILE *out);

#endif
