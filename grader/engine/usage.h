/*
 * usage.h - what a program would do with its payloads in a timed run: write, and read again.
 *
 * In a timed run the runner goes through a window of operations alone. Between windows the
 * referee follows what happened, operation by operation, and then settles accounts: bytes
 * that a realloc had to keep, or a calloc to clear, are verified, and every new payload is
 * filled with secret bytes. An allocator that skips that work when it is timed is caught,
 * and one that looks at payloads sees the same kind of bytes in both kinds of run.
 *
 * Of payloads above USAGE_WHOLE bytes only some are used, since what is checked here was
 * checked byte by byte in the checked run already: the first USAGE_PART, the last USAGE_SPOT,
 * and in each of USAGE_SPOTS equal parts between, USAGE_SPOT bytes at a secret place.
 *
 *     |########|            part 0      ##         |   ##         part 1           #|
 *     0        USAGE_PART
 *
 * So who leaves out either half of a copy, or the end of one that grows, is caught at once,
 * and who leaves out another part p of it, however scattered, with odds of 1 - (1 - p)^2 or
 * more at each block. Memory that calloc cleared must hold zeros at such places, and where
 * payloads that are gone had theirs: elsewhere it may hold zeros anyway. The places are the
 * same in every pass of a sitting: a page that appears costs as much as hundreds of calls.
 */
#ifndef USAGE_H
#define USAGE_H

#include "heap.h"
#include "trace.h"
#include <stddef.h>
#include <stdint.h>

#define USAGE_WHOLE ((uint64_t)64 << 10)
#define USAGE_PART  ((uint64_t)4 << 10)
#define USAGE_SPOT  ((uint64_t)64)
#define USAGE_SPOTS 2
#define USAGE_LEFT  256 /* places of payloads that are gone, remembered */

struct usage_tenant;

struct usage {
    size_t refused;      /* requests answered by NULL in this pass */
    uint64_t live, peak; /* sum of payload sizes: now, and the highest so far */
    uint64_t heap_start; /* pointers are addresses in the runner */
    uint64_t key;        /* of this pass */
    uint64_t places;     /* secret: where large payloads are used */
    uint32_t serial;     /* operations and writings in this pass */
    uint32_t ids, count; /* of the trace; live ones */
    uint32_t *live_ids;  /* count of them */
    uint32_t *news;      /* ids that changed since the last settling, news_count of them */
    size_t news_count, news_room;
    struct usage_tenant *tenants; /* per id */
    uint64_t left[USAGE_LEFT];    /* offsets of the last places of payloads that are gone */
    size_t left_count;            /* of all such places in this pass */
};

/* A usage for a trace of `ids` ids; usage_close() releases it. */
void usage_open(struct usage *usage, uint32_t ids, uint64_t heap_start);
void usage_close(struct usage *usage);

/* Starts a pass: nothing is live. */
void usage_restart(struct usage *usage);

/* Follows `count` operations and the pointers that they returned, 0 for NULL. */
void usage_follow(struct usage *usage, const struct operation *operations,
                  const uint64_t *pointers, size_t count);

/*
 * Verifies what realloc and calloc had to do since the last call, and fills what is new, in
 * `heap`, which must hold all of it. Returns the id of the first block whose bytes are
 * wrong, or UINT32_MAX.
 */
uint32_t usage_settle(struct usage *usage, struct heap *heap);

/*
 * The table that an honest runner keeps: per id the pointer that it got, or 0. There is room
 * for all ids in its `bytes`; what lies behind them is 0, too.
 */
void usage_list(const struct usage *usage, uint64_t *blocks, size_t bytes);

/* Verifies everything that is live. The same result. */
uint32_t usage_verify(const struct usage *usage, const struct heap *heap);

#endif
