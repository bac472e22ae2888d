/*
 * mm.c, the reference - best fit without headers, behind caches.
 *
 * Vital statistics
 *   Alignment:   every payload starts at a multiple of MM_ALIGNMENT bytes, the unit.
 *   Overhead:    none in a block of up to BARE units, 16 bytes in a longer one; two bits of a
 *                map for each unit; 1 KiB of caches and bins, in a small heap 80 bytes.
 *   mm_malloc:   a short block out of the cache of its size, or of one a little longer; else
 *                best fit through bins and a bitmap, LOOK_AT blocks of a bin at most.
 *   mm_free:     puts a short block into its cache; joins a long one with its neighbours.
 *   mm_realloc:  in place if free memory or the break is behind the block, else a copy.
 *   The break:   raised by what is missing; lowered when most of the heap is free at its end.
 *   Worst case:  no call joins more than four SLICEs, but one that makes a larger map (in
 *                proportion to its words) or would fail else (it empties all caches).
 *
 * The heap
 *
 *     +------+--------------+------+-----------+-------+- - - - - - - -+-------+
 *     | none | first tables | room | first map | block |               | block |
 *     +------+--------------+------+-----------+-------+- - - - - - - -+-------+
 *     ^                                                      ^                 ^
 *     heap.start                                     heap.mapped units     heap.end,
 *                                                     from the start       the break
 *
 * All but `none` are blocks: the first tables and map are freed when larger ones are made.
 * The room is free: the first short block need not stand in the way of the first long one.
 *
 * Blocks that start below the limit of the map are near. Four near ones, a column a unit:
 *
 *               bare     | long, in use                   | free, 5 units            | free
 *             +----+----+----+----+----+- - - +----+----+----+----+- - - +----+----+
 *             | payload | header  | payload        | next  link  size   size |n l|
 *     starts    1    0    1    0    0           0    1    0    0      0       1
 *     frees     0    0    0    0    0           0    1    0    0      1       1
 *
 * A bare block is all payload; it is as long as there are units to the next start. In a
 * long block the payload begins one header later: the start bit of a payload's own unit
 * tells the two kinds apart. A free block has its links in front and, if it is SIZED, its
 * size behind them and in its last word (boundary tags: Knuth, The Art of Computer
 * Programming, volume 1, section 2.5); its first and last units are marked in `frees`. So
 * both neighbours of any block are found, and known to be free or not, in constant time.
 *
 * Beyond the map, blocks are far. There all blocks are long or free, of 32 bytes or more:
 *
 *     used  | size, USED, AFTER_FREE? |        | payload ...
 *     free  | next                    | link   | size   | ...            | size |
 *
 * The first word says which: a link is even. What the map would say of the block before is
 * in AFTER_FREE, and at the break in heap.top_is_free. Short blocks are cached here, too. The
 * map grows when enough of them had to have a header (the rent): long ones do not need it.
 */
#include "mm.h"
#include "memlib.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    UNIT = MM_ALIGNMENT,
    SHORTEST = 16,               /* two links */
    SIZED = 32,                  /* a free block so long has room for its size, twice */
    HEADER = 16,                 /* of a long block: a word, and one for the alignment; */
    USED = 1,                    /* in this word: it is in use (a link would be even), and */
    AFTER_FREE = 2,              /* if it is far: the block before is free */
    BARE = 57 - SHORTEST / UNIT, /* units; see start_window() */
    BINS = 64,                   /* a bit of a word for each: */
    STEPS = 8,                   /* so many for each power of two, of units, */
    EXACT = 2 * STEPS,           /* so the first ones hold blocks of one size each, */
    WIDE = 50,                   /* and the last ones a whole power, see bin_of() */
    LOOK_AT = 32,                /* blocks compared in one bin, at most, */
    GOOD_PART = 32,      /* or until one is longer than the need by no more than this part */
    CACHE_LIMIT = 65536, /* units that a cache holds at most */
    KEEP_PART = 512,     /* or, when the break is to be raised, this part of the heap, */
    KEEP_LEAST = 32,     /* or so many units if that is more: */
    STRIDE = 3,          /* of so many caches the rest is joined, */
    SLICE = 2048,        /* but never more units in one call */
    LOOSE_PART = 8,      /* a cached block may be longer by this part of the need */
    RUN_PART = 512,      /* a run takes this part of the heap, see run_bytes(), */
    RUN_LEAST = 512,     /* or so many bytes if that is more, */
    RUN_BLOCKS = 16,     /* but never more blocks */
    SMALL_HEAP = 16384,  /* a heap of fewer bytes has caches up to FIRST_CACHES units only, a */
    FIRST_CACHES = 6,    /* bin for each size below SIZED, and one for all others */
    FIRST_BINS = SIZED / UNIT + 1,
    FIRST_ROOM = 48,  /* bytes free in front of the first map */
    FIRST_MAP = 1024, /* bytes of heap that it covers */
    RENT_PART = 256,  /* a larger map is made when the rent is this part of what is far */
    CALM = 2048       /* bytes that the break is lowered by for each block joined, at most */
};

static const size_t first_tables = (FIRST_BINS + FIRST_CACHES + 2) / 2 * HEADER;
static const size_t lower_least = (size_t)1 << 20; /* the break is lowered by no less */
static const size_t max_request = SIZE_MAX / 4;    /* sums up to here cannot overflow */

/* A free block, in a bin, or the payload of one in a cache. */
struct block {
    union {
        struct block *next; /* in its bin. Of a long block in use this is the header. */
        size_t depth;       /* so many are in its cache, with it and under it */
    };
    union {
        struct block **link; /* where the link to this block is */
        struct block *under; /* the next one in its cache */
    };
    size_t size;
};

/* Nothing takes its address: so a compiler knows that stores through pointers spare it. */
static struct heap {
    char *start, *end;
    uint64_t nonempty;        /* a bit for each bin */
    struct block **bins;      /* by bin_of(): free blocks, joined */
    struct block **cache;     /* by units: payloads of blocks that are not joined yet */
    uint64_t *starts, *frees; /* the map */
    size_t mapped;            /* units that it covers, a multiple of 64 */
    size_t rent;              /* units of headers that a larger map would have saved */
    size_t calm;              /* blocks joined since the break was moved */
    uint64_t parity;          /* the exclusive or of all words of `starts`, for the checker */
    unsigned char caches;     /* units of the longest block that has one */
    unsigned char last_bin;   /* which holds all that is longer */
    unsigned char hand;       /* the cache that cache_flush() looks at next */
    bool top_is_free;         /* if the break is far: the block before it is free */
} heap;

_Static_assert(sizeof(size_t) == 8, "links and sizes are words of 8 bytes");
_Static_assert(sizeof heap <= MM_STATIC_FREE, "static data would count as heap");

/* ---- The map ---- */

static inline size_t round_up(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

static inline struct block *at(const void *p, size_t offset)
{
    return (struct block *)((uintptr_t)p + offset);
}

static inline size_t unit_of(const void *p)
{
    return (size_t)((const char *)p - heap.start) / UNIT;
}

static inline bool is_near(const void *p)
{
    return unit_of(p) < heap.mapped;
}

static inline uint64_t bit_mask(size_t i)
{
    return (uint64_t)1 << i % 64;
}

static inline bool bit(const uint64_t *map, size_t i)
{
    return (map[i / 64] & bit_mask(i)) != 0;
}

static inline void put_bit(uint64_t *map, size_t i, bool value)
{
    map[i / 64] = value ? map[i / 64] | bit_mask(i) : map[i / 64] & ~bit_mask(i);
}

/* Makes or ends a start at `p`. A far start is in no map. The break is a start, too. */
static inline void flip_start(const void *p)
{
    size_t unit = unit_of(p);
    if (unit >= heap.mapped)
        return;
    heap.starts[unit / 64] ^= bit_mask(unit);
    heap.parity ^= bit_mask(unit);
}

/* Marks `p` as the first or last unit of a free block, or not. A far one is in no map. */
static inline void set_mark(const void *p, bool value)
{
    if (is_near(p))
        put_bit(heap.frees, unit_of(p), value);
}

/*
 * The start bits from a near unit on, at least 57, the first one lowest: 8 bytes at any address
 * (both machines of the kit are little-endian), with a word of zeros behind the map. So a block
 * of 56 units is seen to its end: BARE and, of 8 bytes, one that is too short for a block.
 */
static inline uint64_t start_window(size_t unit)
{
    uint64_t bits;
    memcpy(&bits, (const char *)heap.starts + unit / 8, sizeof bits);
    return bits >> unit % 8;
}

/* The bytes from a near start to the next, or 0 if that is out of the window. */
static inline size_t short_size(const void *p)
{
    uint64_t bits = start_window(unit_of(p)) >> 1;
    return bits == 0 ? 0 : (1 + (size_t)__builtin_ctzll(bits)) * UNIT;
}

/* ---- Blocks ---- */

/* The units of a bare block, or 0 of a long one. */
static inline size_t bare_units(const void *payload)
{
    uint64_t bits = is_near(payload) ? start_window(unit_of(payload)) : 0;
    return (bits & 1) != 0 ? 1 + (size_t)__builtin_ctzll(bits >> 1) : 0;
}

static inline size_t header_size(const struct block *block)
{
    return (size_t)block->next & ~(size_t)(USED | AFTER_FREE);
}

/* Writes the header of a long block. The map, if it is near, stays as it is. */
static inline void set_header(struct block *block, size_t size, size_t flags)
{
    block->next = (struct block *)(size | flags | USED);
}

static inline size_t *last_word(const void *end)
{
    return (size_t *)((uintptr_t)end - sizeof(size_t));
}

/* The break may be asked as well. */
static inline bool is_free(const struct block *block)
{
    if (is_near(block))
        return bit(heap.frees, unit_of(block));
    return (char *)block != heap.end && ((size_t)block->next & USED) == 0;
}

static inline size_t free_size(const struct block *block)
{
    size_t size = is_near(block) ? short_size(block) : 0;
    return size != 0 ? size : block->size;
}

/* The bytes of the free block that ends here; 0 if the block before is in use. */
static inline size_t free_before(const struct block *block)
{
    size_t unit = unit_of(block);
    if (unit >= heap.mapped) {
        bool after_free = (char *)block == heap.end ? heap.top_is_free
                                                    : ((size_t)block->next & AFTER_FREE) != 0;
        return after_free ? *last_word(block) : 0;
    }
    if (!bit(heap.frees, unit - 1))
        return 0;
    for (size_t units = SHORTEST / UNIT; units < SIZED / UNIT; units++)
        if (bit(heap.starts, unit - units))
            return units * UNIT;
    return *last_word(block);
}

/* Says of a block, to itself and to the next one, that it is free or not. */
static inline void mark(struct block *block, size_t size, bool free)
{
    struct block *next = at(block, size);
    set_mark(block, free);
    if (is_near(next))
        put_bit(heap.frees, unit_of(next) - 1, free);
    else if ((char *)next == heap.end)
        heap.top_is_free = free;
    else
        set_header(next, header_size(next), free ? AFTER_FREE : 0);
}

/* ---- Bins of free blocks ---- */

/* The lesser of two formulas that both grow. A branch in its place would be guessed wrong. */
static inline size_t bin_of(size_t size)
{
    size_t units = size / UNIT;
    size_t power = (size_t)(__builtin_clzll(STEPS) - __builtin_clzll(units | STEPS));
    size_t bin = (units >> power) + power * STEPS, wide = power + WIDE;
    bin = bin < wide ? bin : wide;
    return bin < heap.last_bin ? bin : heap.last_bin;
}

/* Ends all lists. It has a link, so no branch asks for a next block in a bin, and depth 0. */
static inline struct block *none(void)
{
    return (struct block *)heap.start;
}

static inline void bin_add(struct block *block, size_t size)
{
    size_t bin = bin_of(size);
    struct block **link = &heap.bins[bin], *first = *link;
    block->next = first;
    block->link = link;
    first->link = &block->next;
    *link = block;
    heap.nonempty |= bit_mask(bin);
    if (size >= SIZED)
        block->size = *last_word(at(block, size)) = size;
}

/* The bit of a bin that gets empty stays: find_fit() clears it when it has looked there. */
static inline void bin_remove(const struct block *block)
{
    *block->link = block->next;
    block->next->link = block->link;
}

/* Makes a used block of a free one. If it is far, its header is not written yet. */
static inline void unlist(struct block *block, size_t size)
{
    bin_remove(block);
    mark(block, size, false);
}

/* The shortest block that is long enough among the first LOOK_AT of a bin, or none(). */
static inline struct block *best_in_bin(size_t bin, size_t need)
{
    struct block *best = none(), *b = heap.bins[bin];
    size_t least = max_request; /* the waste of a block that is too short wraps around */
    if (bin < EXACT && bin < heap.last_bin)
        return b;
    for (int looks = LOOK_AT; b != none() && looks > 0; b = b->next, looks--) {
        size_t waste = b->size - need;
        if (waste <= need / GOOD_PART)
            return b;
        best = waste < least ? b : best;
        least = waste < least ? waste : least;
    }
    return best;
}

/* A free block that is long enough, or NULL. Few bins fail: the first, or one that is empty. */
static struct block *find_fit(size_t need)
{
    uint64_t bits = heap.nonempty & ~(uint64_t)0 << bin_of(need);
    for (; bits != 0; bits &= bits - 1) {
        size_t bin = (size_t)__builtin_ctzll(bits);
        struct block *best = best_in_bin(bin, need);
        if (best != none())
            return best;
        if (heap.bins[bin] == none())
            heap.nonempty &= ~bit_mask(bin);
    }
    size_t have = free_before((struct block *)heap.end);
    return have >= need ? at(heap.end, -have) : NULL;
}

/* ---- Joining, cutting, and the break ---- */

/* Lowers the break if most of the heap is free at its end, and calm. False if it stays. */
static bool lower_break(struct block *block, size_t size)
{
    bool most = size >= lower_least && size > (size_t)((char *)block - heap.start);
    if (++heap.calm * CALM < size || !most || (char *)at(block, size) != heap.end ||
        mem_sbrk(-(intptr_t)size) == (void *)-1)
        return false;
    mark(block, size, false);
    flip_start(heap.end);
    heap.end = (char *)block;
    heap.top_is_free = false;
    heap.calm = 0;
    return true;
}

/* Frees a used block. Where it meets a free one, no start is left and, in one unit, no mark. */
static void join(struct block *block, size_t size)
{
    struct block *next = at(block, size);
    if (is_free(next)) {
        size += free_size(next);
        bin_remove(next);
        flip_start(next);
        set_mark(next, false);
    }
    size_t before = free_before(block);
    if (before != 0) {
        flip_start(block);
        set_mark(at(block, -(size_t)UNIT), false);
        block = at(block, -before);
        bin_remove(block);
        size += before;
    }
    if (lower_break(block, size))
        return;
    bin_add(block, size);
    mark(block, size, true);
}

/* The shortest free block that may end here: without its size it needs a next start. */
static inline size_t least_rest(const void *end)
{
    return is_near(end) ? SHORTEST : SIZED;
}

/* Uses `need` bytes of a free block, or all; returns how many. The mark at its end stays. */
static inline size_t take_front(struct block *block, size_t size, size_t need)
{
    struct block *rest = at(block, need);
    if (size - need < least_rest(at(block, size))) {
        unlist(block, size);
        return size;
    }
    bin_remove(block);
    flip_start(rest);
    set_mark(block, false);
    set_mark(rest, true);
    bin_add(rest, size - need);
    return need;
}

/* ---- Caches of short blocks ---- */

/* A cached block is in use as far as the map and its neighbours know. */
static inline void cache_put(struct block *payload, size_t units)
{
    payload->under = heap.cache[units];
    payload->depth = payload->under->depth + 1;
    heap.cache[units] = payload;
}

/* Takes a payload out of a cache that is not empty. */
static inline struct block *cache_take(size_t units)
{
    struct block *payload = heap.cache[units];
    heap.cache[units] = payload->under;
    return payload;
}

/* Joins a cached block, first with those that follow it there and in memory. Returns units. */
static size_t cache_join(size_t units)
{
    struct block *first = cache_take(units), *block = heap.cache[units];
    size_t header = bare_units(first) != 0 ? 0 : HEADER, length = units * UNIT, size = length;
    for (; header == 0 && block != none() && bare_units(block) != 0 && size < SLICE * UNIT &&
           (block == at(first, size) || at(block, length) == first);
         block = heap.cache[units]) {
        cache_take(units);
        flip_start(block < first ? first : block);
        first = block < first ? block : first;
        size += length;
    }
    join(at(first, -header), header + size);
    return size / UNIT;
}

static inline void cache_free(struct block *payload, size_t units)
{
    cache_put(payload, units);
    if (payload->depth * units > CACHE_LIMIT)
        cache_join(units);
}

/* Empties those of the next `caches` that hold more than `keep` units, or joins a SLICE. */
static bool cache_flush(size_t keep, int caches)
{
    size_t joined = 0;
    for (; caches > 0 && joined < SLICE; caches--) {
        size_t units = heap.hand;
        if (heap.cache[units]->depth * units > keep)
            while (heap.cache[units]->depth != 0 && joined < SLICE)
                joined += cache_join(units);
        if (heap.cache[units]->depth * units <= keep)
            heap.hand = units < heap.caches ? (unsigned char)(units + 1) : 1;
    }
    return joined != 0;
}

/* Raises the break; what is new is a used block, or the rest of one. */
static bool raise_break(size_t bytes)
{
    if (mem_sbrk((intptr_t)bytes) == (void *)-1)
        return false;
    heap.end += bytes;
    heap.top_is_free = false;
    heap.calm = 0;
    flip_start(heap.end);
    return true;
}

/* Uses `need` bytes at the end of the heap, where fewer are free. NULL if it is full. */
static struct block *grow(size_t need)
{
    char *end = heap.end;
    size_t have = free_before((struct block *)end);
    if (!raise_break(need - have))
        return NULL;
    if (have != 0) {
        unlist(at(end, -have), have);
        flip_start(end);
    }
    return at(end, -have);
}

/* As find_fit(). When the break is to be raised, the caches may hold what is missing. */
static inline struct block *find_or_join(size_t need)
{
    struct block *block = find_fit(need);
    size_t part = unit_of(heap.end) / KEEP_PART, keep = part < KEEP_LEAST ? KEEP_LEAST : part;
    return block == NULL && cache_flush(keep, STRIDE) ? find_fit(need) : block;
}

/* ---- Long blocks, and the maps and tables that are made of them ---- */

/* A long block of the best hole, or at the end. */
static void *take_long(size_t request)
{
    size_t need = round_up(HEADER + (request < HEADER ? HEADER : request), UNIT);
    struct block *hole, *block;
    while ((block = hole = find_or_join(need)) == NULL && (block = grow(need)) == NULL)
        if (!cache_flush(0, heap.caches + 1)) /* what is cached may be what is missing */
            return NULL;
    if (hole != NULL)
        need = take_front(hole, free_size(hole), need);
    set_header(block, need, 0);
    return at(block, HEADER);
}

static void free_long(void *payload)
{
    struct block *block = at(payload, -(size_t)HEADER);
    size_t size = header_size(block), units = size / UNIT - HEADER / UNIT;
    if (units <= heap.caches && !is_near(block))
        cache_free(payload, units);
    else
        join(block, size);
}

/* One word more for start_window(). */
static size_t map_words(size_t units)
{
    return units / 64 + 2;
}

/* Enters into the map, of which `mapped` units are right, the blocks that were far. */
static void enter_far_blocks(size_t mapped)
{
    size_t word = mapped / 64 - 1;
    while (heap.starts[word] == 0)
        word--;
    size_t last = word * 64 + 63 - (size_t)__builtin_clzll(heap.starts[word]);
    struct block *block = at(heap.start, last * UNIT);
    while (is_near(block) && (char *)block != heap.end) {
        bool known = unit_of(block) < mapped;
        bool free = known ? is_free(block) : ((size_t)block->next & USED) == 0;
        size_t size = free ? block->size : header_size(block);
        if (free)
            mark(block, size, true);
        block = at(block, size);
        flip_start(block);
    }
}

/* Makes a map of all of the heap and a quarter more. Far blocks are few beside its words. */
static bool extend_map(void)
{
    size_t bytes = (size_t)(heap.end - heap.start), mapped = heap.mapped;
    size_t words = map_words((bytes + bytes / 4) / UNIT);
    uint64_t *starts = take_long(2 * words * sizeof(uint64_t)), *old = heap.starts;
    if (starts == NULL)
        return false;
    memset(starts, 0, 2 * words * sizeof(uint64_t));
    memcpy(starts, heap.starts, mapped / 8);
    memcpy(starts + words, heap.frees, mapped / 8);
    heap.starts = starts;
    heap.frees = starts + words;
    heap.mapped = (words - 1) * 64;
    heap.rent = 0;
    enter_far_blocks(mapped);
    free_long(old);
    return true;
}

/* Makes `tables` the bins and caches, all empty. Bits of bins that were not stay harmless. */
static void set_tables(void *tables, unsigned char bins, unsigned char caches)
{
    heap.bins = tables;
    heap.cache = heap.bins + bins;
    heap.last_bin = bins - 1;
    heap.caches = caches;
    for (int list = 0; list <= bins + caches; list++)
        heap.bins[list] = none();
}

/* Makes all bins and caches, in the place of a small heap's few, which had few blocks. */
static void extend_tables(void)
{
    void *tables = take_long((BINS + BARE + 1) * sizeof(struct block *));
    struct block **old = heap.bins, **old_cache = heap.cache;
    if (tables == NULL)
        return;
    set_tables(tables, BINS, BARE);
    memcpy(heap.cache, old_cache, (FIRST_CACHES + 1) * sizeof *old_cache);
    for (int bin = 0; bin < FIRST_BINS; bin++)
        for (struct block *block = old[bin], *next; block != none(); block = next) {
            next = block->next;
            bin_add(block, free_size(block));
        }
    join((struct block *)old, first_tables);
}

/* ---- Bare blocks ---- */

/* Bytes that a run takes of a hole of `room`, or at the end; 0 if they would not be near. */
static size_t run_bytes(const struct block *hole, size_t room, size_t need)
{
    size_t longest = (need / UNIT <= heap.caches ? RUN_BLOCKS : 1) * need;
    size_t most = (size_t)(heap.end - heap.start) / RUN_PART;
    most = most < RUN_LEAST ? RUN_LEAST : most;
    most = most < room ? most : room;
    most = most < longest ? most : longest;
    size_t run = 2 * need > most ? need : most - (uint32_t)most % (uint32_t)need;
    size_t left = room - run;
    if (left != 0 && left < SHORTEST && run > need)
        run -= need; /* the last block would take what is left, and not be bare any more */
    run = is_near(at(hole, run + SIZED)) ? run : need;
    return is_near(at(hole, run + SIZED)) ? run : 0;
}

/* A used bare block; others of its size may go to the cache. NULL if none would be near. */
static struct block *take_run(size_t units)
{
    size_t need = units * UNIT;
    struct block *block = find_or_join(need), *end = (struct block *)heap.end;
    size_t size = block != NULL ? free_size(block) : SIZE_MAX;
    size_t run = run_bytes(block != NULL ? block : at(end, -free_before(end)), size, need);
    if (run == 0)
        return NULL;
    if (block != NULL)
        take_front(block, size, run);
    else if ((block = grow(run)) == NULL)
        return NULL;
    for (size_t offset = run; offset > need;) {
        offset -= need;
        flip_start(at(block, offset));
        cache_put(at(block, offset), units);
    }
    return block;
}

/* A cached block that is a little longer, or take_run(), for which it may make a larger map. */
static struct block *take_bare(size_t units)
{
    for (size_t u = units + 1; u <= units + units / LOOSE_PART && u <= heap.caches; u++)
        if (heap.cache[u]->depth != 0)
            return cache_take(u);
    struct block *block = take_run(units);
    if (block != NULL || is_near(at(heap.end, units * UNIT + SIZED)))
        return block;
    heap.rent += HEADER / UNIT;
    bool paid = heap.mapped + heap.rent * RENT_PART >= unit_of(heap.end);
    return paid && extend_map() ? take_run(units) : NULL;
}

/* ---- What mm.h promises ---- */

bool mm_init(void)
{
    size_t words = map_words(FIRST_MAP / UNIT), size = HEADER + 2 * words * sizeof(uint64_t);
    size_t bytes = HEADER + first_tables + FIRST_ROOM + size;
    char *start = mem_sbrk((intptr_t)bytes);
    if (start == (void *)-1)
        return false;
    memset(start, 0, bytes);
    heap = (struct heap){.start = start, .end = start + bytes};
    set_tables(at(start, HEADER), FIRST_BINS, FIRST_CACHES);
    struct block *room = at(heap.bins, first_tables), *map = at(room, FIRST_ROOM);
    heap.starts = (uint64_t *)at(map, HEADER);
    heap.frees = heap.starts + words;
    heap.mapped = (words - 1) * 64;
    set_header(map, size, 0);
    flip_start(heap.bins);
    flip_start(room);
    flip_start(map);
    flip_start(heap.end);
    join(room, FIRST_ROOM);
    return true;
}

/* Apart from mm_malloc(), so that the common case there needs no stack. */
static __attribute__((noinline)) void *malloc_uncached(size_t request)
{
    if (request == 0 || request > max_request)
        return NULL;
    if (heap.caches != BARE && heap.end - heap.start >= SMALL_HEAP)
        extend_tables();
    size_t units = round_up(request < SHORTEST ? SHORTEST : request, UNIT) / UNIT;
    void *payload = units <= BARE ? take_bare(units) : NULL;
    return payload != NULL ? payload : take_long(request);
}

void *mm_malloc(size_t size)
{
    size_t units = (size + UNIT - 1) / UNIT; /* 0 if the sum wraps: that cache is empty */
    units = units == 1 ? SHORTEST / UNIT : units;
    bool hit = units - 1 < heap.caches && heap.cache[units]->depth != 0;
    return hit ? cache_take(units) : malloc_uncached(size);
}

void mm_free(void *ptr)
{
    if (ptr == NULL)
        return;
    size_t units = bare_units(ptr);
    if (units == 0)
        free_long(ptr);
    else if (units > heap.caches) /* the heap is small, or it got a unit more than asked for */
        join(ptr, units * UNIT);
    else
        cache_free(ptr, units);
}

/* Makes a used block longer at its end, to `need` bytes or not at all; its size then. */
static size_t extend(struct block *block, size_t size, size_t need)
{
    struct block *next = at(block, size);
    size_t after = is_free(next) ? free_size(next) : 0;
    char *end = (char *)at(next, after);
    size_t missing = size + after < need ? need - size - after : 0;
    if (missing != 0 && (end != heap.end || !raise_break(missing)))
        return size;
    if (after != 0)
        unlist(next, after);
    flip_start(next);
    if (after != 0 && missing != 0)
        flip_start(end);
    return size + after + missing;
}

/* Makes a used block `need` bytes long where it is; false if that fails. */
static bool resize(struct block *block, size_t size, size_t need, bool bare)
{
    if (need > size) {
        if (bare && (need > BARE * UNIT || !is_near(at(block, need + SIZED))))
            return false; /* it would not be bare any more */
        size = extend(block, size, need);
        if (size < need)
            return false;
    }
    struct block *rest = at(block, need);
    if (size - need >= least_rest(at(block, size))) {
        flip_start(rest);
        if (!is_near(rest))
            set_header(rest, size - need, 0);
        join(rest, size - need);
        size = need;
    }
    if (!bare)
        set_header(block, size, (size_t)block->next & AFTER_FREE);
    return true;
}

void *mm_realloc(void *ptr, size_t size)
{
    if (ptr == NULL)
        return mm_malloc(size);
    if (size == 0) {
        mm_free(ptr);
        return NULL;
    }
    if (size > max_request)
        return NULL;
    size_t units = bare_units(ptr);
    bool bare = units != 0;
    size_t header = bare ? 0 : HEADER, least = bare ? SHORTEST : SIZED;
    struct block *block = at(ptr, -header);
    size_t old_size = bare ? units * UNIT : header_size(block);
    size_t need = round_up(header + size, UNIT);
    if (resize(block, old_size, need < least ? least : need, bare))
        return ptr;
    void *moved = mm_malloc(size);
    if (moved == NULL)
        return NULL; /* the old payload is still there, as mm.h promises */
    memcpy(moved, ptr, old_size - header);
    mm_free(ptr);
    return moved;
}

void *mm_calloc(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL; /* the product does not fit in a size_t */
    void *payload = mm_malloc(count * size);
    if (payload != NULL)
        memset(payload, 0, count * size);
    return payload;
}

/* ---- The heap checker ---- */

/* If `ok` is false, says which sentence about `place` is broken. Returns `ok`. */
static bool holds(bool ok, int line, const void *place, const char *sentence)
{
    if (!ok)
        fprintf(stderr, "mm_checkheap, line %d: heap + %td: %s\n", line,
                (const char *)place - heap.start, sentence);
    return ok;
}

/* May a block be there? Links may be damaged: ask before following one. */
static bool is_place(const void *p)
{
    return (const char *)p >= heap.start + HEADER && (const char *)p + SHORTEST <= heap.end &&
           (uintptr_t)p % UNIT == 0;
}

/* The size of any block, free or used. */
static size_t size_of(const struct block *block)
{
    size_t size = is_near(block) ? short_size(block) : 0;
    return size != 0 ? size : is_free(block) ? block->size : header_size(block);
}

/* Checks what is said of a block in itself, behind it and in the map. */
static bool check_block(const struct block *block, size_t size, int line)
{
    const struct block *next = at(block, size);
    size_t room = (size_t)(heap.end - (const char *)block);
    bool free = is_free(block);
    return holds(size >= SHORTEST, line, block, "it is shorter than the shortest block") &&
           holds(size % UNIT == 0, line, block, "its size is not a multiple of the unit") &&
           holds(size <= room, line, block, "it reaches past the break") &&
           holds(!is_near(block) || bit(heap.starts, unit_of(block)), line, block,
                 "a block begins here that is not in the map") &&
           holds(!free || !is_free(next), line, block, "it and the next block are free") &&
           holds(!free || size < SIZED || block->size == size, line, block, "sizes disagree") &&
           holds(free_before(next) == (free ? size : 0), line, block, "its ends disagree");
}

/* Checks the words of the map; `marks` is what the blocks have in `frees`. */
static bool check_map(size_t marks, int line)
{
    uint64_t parity = 0;
    size_t words = heap.mapped / 64, found = 0;
    for (size_t i = 0; i < words; i++) {
        parity ^= heap.starts[i];
        found += (size_t)__builtin_popcountll(heap.frees[i]);
    }
    return holds(parity == heap.parity, line, heap.starts, "starts or parity were changed") &&
           holds(heap.starts[words] == 0, line, heap.starts, "its last word is not zero") &&
           holds(found == marks, line, heap.frees, "other units are marked than are free");
}

/* Checks one bin; subtracts its blocks from `*expected`. */
static bool check_bin(size_t bin, size_t *expected, int line)
{
    struct block *const *link = &heap.bins[bin];
    for (const struct block *b = *link; b != none(); link = &b->next, b = b->next)
        if (!holds(is_place(b), line, link, "a link of a bin leads out of the heap") ||
            !holds((*expected)-- != 0, line, b, "the bins hold more blocks than are free") ||
            !holds(is_free(b), line, b, "it is in a bin and in use") ||
            !holds(bin_of(free_size(b)) == bin, line, b, "it is in the wrong bin") ||
            !holds(b->link == link, line, b, "it does not know the link to itself"))
            return false;
    return holds((heap.nonempty & bit_mask(bin)) != 0 || heap.bins[bin] == none(), line,
                 heap.bins + bin, "the bit of this bin says that it is empty");
}

/* Checks one cache. It ends, for the depths do. */
static bool check_cache(size_t units, int line)
{
    size_t depth = 0;
    for (const struct block *b = heap.cache[units]; b != none(); b = b->under) {
        size_t header = is_place(b) && bare_units(b) != 0 ? 0 : HEADER;
        const struct block *block = at(b, -header);
        if (!holds(is_place(b), line, heap.cache + units, "its link leads out of the heap") ||
            !holds(size_of(block) == header + units * UNIT, line, b,
                   "it is in the cache of another size") ||
            !holds(!is_free(block), line, b, "it is in a cache and free") ||
            !holds(depth == 0 || b->depth == depth - 1, line, b, "its depth is wrong"))
            return false;
        depth = b->depth;
    }
    return holds(depth <= 1, line, heap.cache + units, "this cache lost some of its blocks");
}

bool mm_checkheap(int line)
{
    size_t free_blocks = 0, marks = 0;
    if (!holds(mem_sbrk(0) == heap.end, line, heap.end, "the break is not where it was put") ||
        !holds(heap.nonempty >> heap.last_bin <= 1, line, heap.bins, "a bit has no bin"))
        return false;
    const struct block *block = at(heap.start, HEADER), *next;
    for (; (char *)block != heap.end; block = next) {
        size_t size = size_of(block);
        if (!check_block(block, size, line))
            return false;
        next = at(block, size);
        if (is_free(block)) {
            free_blocks++;
            marks += (size_t)is_near(block) + (is_near(next) && size > UNIT);
        }
    }
    bool ok = check_map(marks, line);
    for (size_t bin = 0; ok && bin <= heap.last_bin; bin++)
        ok = check_bin(bin, &free_blocks, line);
    for (size_t units = 1; ok && units <= heap.caches; units++)
        ok = check_cache(units, line);
    return ok && holds(free_blocks == 0, line, heap.bins, "some free block is in no bin");
}
