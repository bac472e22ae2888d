/*
 * payload.h - how the referee uses payloads in the place of a program, and checks them.
 *
 * Every byte of a payload up to PAYLOAD_DENSE_MAX counts. A payload is `dense`, filled from
 * end to end, or `sparse`: its first and last page or two are filled, what lies between
 * are dropped pages that read as zero.
 *
 *     |#####filled#####|      pages that do not exist      |#####filled#####|
 *     start            ^ interior starts                   ^ interior ends
 *
 * Laziness is never a loss of strictness: a page of the interior that exists later was
 * touched by the allocator. If it holds anything but zero, that is damage. If it holds
 * zero, we cannot know (a zero may have been written), so the referee is `suspicious` and
 * the caller repeats the run with `eager` set, where all payloads up to PAYLOAD_DENSE_MAX
 * are dense. Correct allocators have no business there, so this is rare.
 * (But not beyond PAYLOAD_DENSE_TOTAL bytes of pages: the machine's memory has an end.)
 * Larger payloads are always sparse, with some secret pages of the interior filled too.
 *
 * Before a realloc is shown to the allocator a lazy payload is made dense, and of a larger one
 * the front that it is to keep: what is copied must be more than zeros.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include "heap.h"
#include "shadow.h"
#include <stdbool.h>
#include <stdint.h>

/* Up to this size it is cheaper to fill a payload than to be lazy. */
#define PAYLOAD_LAZY_MIN ((uint64_t)128 << 10)
/* Above this size a program is taken to use only some pages. */
#define PAYLOAD_DENSE_MAX ((uint64_t)64 << 20)
/* When so many bytes of heap exist, even an eager referee leaves large payloads sparse. */
#define PAYLOAD_DENSE_TOTAL ((uint64_t)1 << 30)
/* So many pages of the interior of such a payload are filled. */
#define PAYLOAD_CHUNKS 3

struct filler {
    struct heap *heap;
    uint64_t secret[2]; /* unknown to the runner */
    uint64_t count;     /* payloads filled so far */
    bool eager;         /* be lazy with nothing up to PAYLOAD_DENSE_MAX */
    bool suspicious;    /* something was seen that only an eager run can judge */
    uint8_t *page;      /* a page to work in */
    struct pages lazy;  /* pages that were ever left out: a program would have used them */
};

/* A filler for `heap` whose fills nobody can guess; filler_close() releases it. */
void filler_open(struct filler *filler, struct heap *heap, bool eager);
void filler_close(struct filler *filler);

/* Fills a fresh payload and sets its key and `sparse`. */
void payload_fill(struct filler *filler, struct payload *p);

/* After a realloc that kept the first bytes: fills what is new, up to `size`. */
void payload_extend(struct filler *filler, struct payload *p, uint64_t size);

/*
 * Makes a lazy payload dense; one larger than PAYLOAD_DENSE_MAX only its first `kept` bytes,
 * and those only if they are no more than half of that.
 */
void payload_densify(struct filler *filler, struct payload *p, uint64_t kept);

/*
 * Looks for the first `bytes` bytes of `p` at offset `at` of the heap: its own start, or
 * where realloc moved it. Returns the first byte (from the payload's start) that is not as
 * filled, or HEAP_NOWHERE.
 */
uint64_t payload_check(struct filler *filler, const struct payload *p, uint64_t at,
                       uint64_t bytes);

/* The first of `bytes` bytes at offset `at` that is not zero, or HEAP_NOWHERE. */
uint64_t payload_check_zero(struct filler *filler, uint64_t at, uint64_t bytes);

/* Overwrites a payload that is about to be freed: nobody may count on its bytes. */
void payload_scrub(struct filler *filler, const struct payload *p);

#endif
