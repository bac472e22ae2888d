#include "profile.h"
#include "../../engine/say.h"

#include <stdlib.h>

struct block {
    uint64_t size, born;
    bool live;
};

/* What is live now, in bytes, by three ways of counting. */
struct live {
    uint64_t payload, rounded, with_header, blocks;
};

struct follower {
    struct profile profile;
    struct block *blocks; /* by id */
    struct live live;
    uint64_t now; /* operations so far, this one included */
};

static void count_in(struct histogram *histogram, uint64_t value)
{
    histogram->count[value ? 64 - __builtin_clzll(value) : 0]++;
    histogram->total++;
}

static uint64_t round_up(uint64_t size)
{
    return (size + 15) & ~UINT64_C(15);
}

/* An empty request may be answered by NULL, so it need not cost anything. */
static uint64_t with_header(uint64_t size)
{
    uint64_t block = round_up(size + 8);
    return size == 0 ? 0 : block < 32 ? 32 : block;
}

static void add_live(struct live *live, uint64_t size)
{
    live->payload += size;
    live->rounded += round_up(size);
    live->with_header += with_header(size);
}

static void take_live(struct live *live, uint64_t size)
{
    live->payload -= size;
    live->rounded -= round_up(size);
    live->with_header -= with_header(size);
}

static void begin_life(struct follower *f, struct block *block)
{
    block->born = f->now;
    block->live = true;
    f->live.blocks++;
}

static void release(struct follower *f, struct block *block)
{
    if (!block->live)
        return; /* what was refused is freed as NULL */
    count_in(&f->profile.lives, f->now - block->born);
    take_live(&f->live, block->size);
    f->live.blocks--;
    block->live = false;
}

/* A realloc changes the size of a block and lets it live on. */
static void compare(struct profile *p, uint64_t old, uint64_t size)
{
    p->grown += size > old;
    p->same += size == old;
    p->shrunk += size < old;
}

static void request(struct follower *f, const struct operation *op)
{
    struct profile *p = &f->profile;
    struct block *block = &f->blocks[op->id];
    uint64_t size = operation_bytes(op), old = block->live ? block->size : 0;
    count_in(&p->sizes, size);
    p->empty += size == 0;
    p->realloc_null += op->kind == OP_REALLOC && !block->live;
    if (size > PROFILE_HEAP - (f->live.payload - old)) {
        p->refused++;
        return;
    }
    if (block->live)
        compare(p, old, size);
    else
        begin_life(f, block);
    p->allocated += size > old ? size - old : 0;
    take_live(&f->live, old);
    add_live(&f->live, size);
    block->size = size;
    if (size == 0 && op->kind == OP_REALLOC)
        release(f, block);
}

static void keep_larger(uint64_t *peak, uint64_t value)
{
    if (value > *peak)
        *peak = value;
}

static void look_at_live(struct follower *f, const struct operation *op, uint64_t operations)
{
    struct profile *p = &f->profile;
    if (f->live.payload > p->peak) {
        p->peak_blocks = f->live.blocks;
        p->peak_at = f->now;
        p->peak_line = op->line;
    }
    keep_larger(&p->peak, f->live.payload);
    keep_larger(&p->peak_rounded, f->live.rounded);
    keep_larger(&p->peak_with_header, f->live.with_header);
    uint64_t from = (f->now - 1) * CURVE_COLUMNS / operations;
    uint64_t to = f->now * CURVE_COLUMNS / operations;
    keep_larger(&p->curve[from], f->live.payload);
    for (uint64_t i = from + 1; i < to; i++) /* fewer operations than columns */
        keep_larger(&p->curve[i], f->live.payload);
}

struct profile profile_of(const struct trace *trace)
{
    struct follower f = {.blocks = must_alloc(trace->ids * sizeof(struct block))};
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        f.now = i + 1;
        f.profile.operations[op->kind]++;
        if (op->kind != OP_FREE)
            request(&f, op);
        else if (op->id == trace->ids)
            f.profile.free_null++;
        else
            release(&f, &f.blocks[op->id]);
        look_at_live(&f, op, trace->count);
    }
    f.profile.never_freed = f.live.blocks;
    free(f.blocks);
    return f.profile;
}
