#include "payload.h"
#include "fill.h"
#include "say.h"
#include <stdlib.h>

/* The part of a sparse payload that is not filled, from its start; whole heap pages. */
struct interior {
    uint64_t from, to;
};

static struct interior interior_behind(const struct heap *heap, const struct payload *p,
                                       uint64_t front)
{
    uint64_t from = page_up(p->start + front, heap->page);
    uint64_t to = page_down(payload_end(p) - heap->page, heap->page);
    return (struct interior){from - p->start, to - p->start};
}

static struct interior interior_of(const struct heap *heap, const struct payload *p)
{
    return interior_behind(heap, p, p->front > heap->page ? p->front : heap->page);
}

static bool has_room(const struct filler *filler, uint64_t size)
{
    return heap_resident(filler->heap) + size <= PAYLOAD_DENSE_TOTAL;
}

static bool may_be_sparse(const struct filler *filler, uint64_t size)
{
    if (size <= PAYLOAD_LAZY_MIN || size <= 8 * filler->heap->page)
        return false;
    return !filler->eager || size > PAYLOAD_DENSE_MAX || !has_room(filler, size);
}

static unsigned chunk_count(const struct payload *p)
{
    return p->size > PAYLOAD_DENSE_MAX ? PAYLOAD_CHUNKS : 0;
}

/*
 * Where the filled page number `i` of the interior starts, from the payload's start. The key
 * alone must not tell: whoever reads a filled word knows it.
 */
static uint64_t chunk_at(const struct filler *filler, const struct payload *p, unsigned i)
{
    uint64_t page = filler->heap->page;
    struct interior in = interior_behind(filler->heap, p, page);
    uint64_t pages = (in.to - in.from) / page;
    return in.from + fill_mix(fill_mix(p->key ^ filler->secret[1]) + i) % pages * page;
}

void filler_open(struct filler *filler, struct heap *heap, bool eager)
{
    *filler = (struct filler){.heap = heap, .eager = eager, .page = must_alloc(heap->page)};
    must_random(filler->secret, sizeof filler->secret);
}

void filler_close(struct filler *filler)
{
    free(filler->page);
    pages_clear(&filler->lazy);
}

/* Writes the part from <= i < to of a payload through our view of the heap. */
static void fill_part(struct filler *filler, const struct payload *p, uint64_t from,
                      uint64_t to, uint64_t key)
{
    heap_expect(filler->heap, p->start + from, p->start + to);
    fill_write(filler->heap->view + p->start + from, from, to, key);
}

static void fill_ends(struct filler *filler, const struct payload *p, uint64_t key)
{
    struct interior in = interior_of(filler->heap, p);
    fill_part(filler, p, 0, in.from, key);
    fill_part(filler, p, in.to, p->size, key);
}

static void fill_sparsely(struct filler *filler, const struct payload *p)
{
    struct heap *heap = filler->heap;
    struct interior in = interior_of(heap, p);
    uint64_t from = p->start + in.from, to = p->start + in.to;
    heap_drop(heap, from, to);
    pages_add(&filler->lazy, from / heap->page, to / heap->page);
    fill_ends(filler, p, p->key);
    for (unsigned i = 0; i < chunk_count(p); i++) {
        uint64_t at = chunk_at(filler, p, i);
        fill_write(filler->page, at, at + heap->page, p->key);
        heap_write(heap, p->start + at, filler->page, heap->page);
    }
}

void payload_fill(struct filler *filler, struct payload *p)
{
    p->key = fill_mix(fill_mix(filler->secret[0] + filler->count++) ^ filler->secret[1]);
    p->sparse = may_be_sparse(filler, p->size);
    p->front = 0;
    if (p->sparse)
        fill_sparsely(filler, p);
    else
        fill_part(filler, p, 0, p->size, p->key);
}

void payload_extend(struct filler *filler, struct payload *p, uint64_t size)
{
    uint64_t kept = p->size & ~(uint64_t)7;
    p->size = size;
    if (p->sparse || size > PAYLOAD_DENSE_MAX)
        payload_fill(filler, p);
    else if (size > kept)
        fill_part(filler, p, kept, size, p->key);
}

/* Fills [0, bytes) of a sparse payload that is longer by more than a page. */
static void fill_front(struct filler *filler, struct payload *p, uint64_t bytes)
{
    struct interior before = interior_of(filler->heap, p);
    p->front = bytes > p->front ? bytes : p->front;
    fill_part(filler, p, before.from, interior_of(filler->heap, p).from, p->key);
}

void payload_densify(struct filler *filler, struct payload *p, uint64_t kept)
{
    bool whole = p->size <= PAYLOAD_DENSE_MAX;
    if (!p->sparse || (!whole && kept > PAYLOAD_DENSE_MAX / 2) ||
        !has_room(filler, whole ? p->size : kept))
        return;
    if (whole) {
        struct interior in = interior_of(filler->heap, p);
        fill_part(filler, p, in.from, in.to, p->key);
        p->sparse = false;
    } else {
        fill_front(filler, p, kept);
    }
}

void payload_scrub(struct filler *filler, const struct payload *p)
{
    if (p->sparse)
        fill_ends(filler, p, ~p->key);
    else
        fill_part(filler, p, 0, p->size, ~p->key);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The part from <= i < to of a payload whose byte 0 is now at offset `at` of the heap. */
static uint64_t check_part(struct filler *filler, const struct payload *p, uint64_t at,
                           uint64_t from, uint64_t to)
{
    if (from >= to)
        return HEAP_NOWHERE;
    uint64_t bad = fill_verify(filler->heap->view + at + from, from, to, p->key);
    return bad < to ? bad : HEAP_NOWHERE;
}

static uint64_t check_chunks(struct filler *filler, const struct payload *p, uint64_t at,
                             uint64_t bytes)
{
    for (unsigned i = 0; i < chunk_count(p); i++) {
        uint64_t from = chunk_at(filler, p, i);
        uint64_t to = least(from + filler->heap->page, bytes);
        if (from >= to)
            continue;
        heap_read(filler->heap, at + from, filler->page, to - from);
        uint64_t bad = fill_verify(filler->page, from, to, p->key);
        if (bad < to)
            return bad;
    }
    return HEAP_NOWHERE;
}

/* Where the chunk ends in which byte `i` of a sparse payload lies; 0: it lies in none. */
static uint64_t chunk_end(const struct filler *filler, const struct payload *p, uint64_t i)
{
    for (unsigned chunk = 0; chunk < chunk_count(p); chunk++) {
        uint64_t from = chunk_at(filler, p, chunk);
        if (i >= from && i - from < filler->heap->page)
            return from + filler->heap->page;
    }
    return 0;
}

/* The first byte outside of chunks, within one page that exists, that is not zero. */
static uint64_t check_page(struct filler *filler, const struct payload *p, uint64_t from,
                           uint64_t to)
{
    for (uint64_t i = from; i < to;) {
        i += fill_zeros(filler->page + (i - from), to - i);
        if (i == to)
            break;
        uint64_t end = chunk_end(filler, p, i);
        if (end == 0)
            return i;
        i = end;
    }
    return HEAP_NOWHERE;
}

/*
 * All pages of the interior that exist, from <= i < to. They are looked for stretch by stretch:
 * the kernel walks to the end of one, however far that is.
 */
static uint64_t check_pages(struct filler *filler, const struct payload *p, uint64_t at,
                            uint64_t from, uint64_t to)
{
    struct heap *heap = filler->heap;
    uint64_t start, end, next = at + from;
    for (; heap_next_data(heap, next, at + to, &start, &end); next = end) {
        filler->suspicious |= p->size <= PAYLOAD_DENSE_MAX;
        for (uint64_t stop; start < end; start = stop) {
            stop = least(end, page_down(start, heap->page) + heap->page);
            heap_read(heap, start, filler->page, stop - start);
            uint64_t bad = check_page(filler, p, start - at, stop - at);
            if (bad != HEAP_NOWHERE)
                return bad;
        }
    }
    return HEAP_NOWHERE;
}

uint64_t payload_check(struct filler *filler, const struct payload *p, uint64_t at,
                       uint64_t bytes)
{
    if (!p->sparse)
        return check_part(filler, p, at, 0, bytes);
    struct interior in = interior_of(filler->heap, p);
    uint64_t bad = check_part(filler, p, at, 0, least(in.from, bytes));
    if (bad == HEAP_NOWHERE)
        bad = check_pages(filler, p, at, in.from, least(in.to, bytes));
    if (bad == HEAP_NOWHERE)
        bad = check_chunks(filler, p, at, bytes);
    if (bad == HEAP_NOWHERE)
        bad = check_part(filler, p, at, in.to, bytes);
    return bad;
}

uint64_t payload_check_zero(struct filler *filler, uint64_t at, uint64_t bytes)
{
    struct heap *heap = filler->heap;
    uint64_t start, end, page = heap->page;
    /* A page that we left out may hold zeros only because we left it out. */
    if (pages_meet(&filler->lazy, at / page, page_up(at + bytes, page) / page))
        filler->suspicious = true;
    for (uint64_t next = at; heap_next_data(heap, next, at + bytes, &start, &end); next = end) {
        heap_expect(heap, start, end);
        uint64_t bad = start + fill_zeros(heap->view + start, end - start);
        if (bad < end)
            return bad - at;
    }
    return HEAP_NOWHERE;
}
