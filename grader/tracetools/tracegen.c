/*
 * tracegen.c - writes the trace that a recipe describes.
 *
 *     tracegen RECIPE [-o TRACE.rep]
 *
 * The same recipe gives the same trace, to the byte, on every machine: all arithmetic is
 * on 64-bit integers, and the random numbers are our own. traces/README.md describes
 * recipes and traces. Exit status: 0, or 2 with one sentence on stderr.
 */
#include "../engine/draw.h"
#include "../engine/file.h"
#include "../engine/say.h"
#include "../engine/trace.h"
#include "idset.h"
#include "recipe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One id for each operation at most, so that every id fits an idset. */
#define OPERATIONS_MAX IDSET_MAX

struct block {
    unsigned kind;
    uint64_t size;
    bool live;
};

/* Everything that grows while the recipe is followed. */
static struct {
    const char *recipe_path;
    uint64_t random; /* draw.h */
    struct trace trace;
    struct block blocks[OPERATIONS_MAX]; /* by id, so in the order of birth */
    struct idset of, resized;            /* live blocks that the current phase may pick */
} made;

static uint64_t random_below(uint64_t n)
{
    return draw_below(&made.random, n);
}

static uint64_t random_between(uint64_t low, uint64_t high)
{
    return draw_between(&made.random, low, high);
}

/* If 1/x is uniform, x has density 1/x^2. The shift keeps small sizes from being lumpy. */
static uint64_t draw_power(uint64_t low, uint64_t high)
{
    return (low * high << 16) / random_between(low << 16, high << 16);
}

/* Picks one doubling of `low`, then a size inside it. */
static uint64_t draw_octaves(uint64_t low, uint64_t high)
{
    unsigned doublings = 0;
    while (low << doublings < high / 2)
        doublings++;
    uint64_t start = low << random_below(doublings + 1);
    return random_between(start, start < high / 2 ? 2 * start - 1 : high);
}

static uint64_t draw_size(const struct kind *kind)
{
    uint64_t size;
    switch (kind->law) {
    case LAW_POWER:
        size = draw_power(kind->low, kind->high);
        break;
    case LAW_OCTAVES:
        size = draw_octaves(kind->low, kind->high);
        break;
    default:
        size = random_between(kind->low, kind->high);
    }
    return size - size % kind->step;
}

static void append(enum operation_kind kind, uint32_t id, uint64_t count, uint64_t size)
{
    if (made.trace.count == OPERATIONS_MAX)
        die("expected at most 2^20 operations, found more in %s", made.recipe_path);
    struct operation *op = trace_add(&made.trace, kind, id);
    op->count = count;
    op->size = size;
}

/* The kind at a position of a choice: kinds fill it in proportion to their weights. */
static unsigned kind_at(const struct choice *choice, uint64_t position)
{
    unsigned kind = 0;
    while (position >= choice->weight[kind])
        position -= choice->weight[kind++];
    return kind;
}

static unsigned pick_kind(const struct phase *phase, uint64_t turn)
{
    uint64_t total = phase->of.total;
    return kind_at(&phase->of, phase->mix == MIX_TURN ? turn % total : random_below(total));
}

/* Adds a block to the sets that its kind belongs to in this phase, or removes it. */
static void enlist(const struct phase *phase, uint32_t id,
                   void (*change)(struct idset *set, uint32_t id))
{
    if (phase->of.weight[made.blocks[id].kind] > 0)
        change(&made.of, id);
    if (phase->resized.weight[made.blocks[id].kind] > 0)
        change(&made.resized, id);
}

/* Allocates a block of kind number `which`; `turn` counts the phase's operations. */
static void allocate(const struct recipe *recipe, const struct phase *phase, uint64_t turn)
{
    unsigned which = pick_kind(phase, turn);
    const struct kind *kind = &recipe->kinds[which];
    uint64_t size = draw_size(kind);
    uint32_t id = made.trace.ids++;
    if (kind->law == LAW_WRAP)
        append(OP_CALLOC, id, UINT64_MAX / size + 1, size);
    else if (random_below(100) >= phase->calloc_percent)
        append(OP_MALLOC, id, 1, size);
    else if (kind->step == 1)
        append(OP_CALLOC, id, 1, size);
    else
        append(OP_CALLOC, id, size / kind->step, kind->step);
    made.blocks[id] = (struct block){.kind = which, .size = size, .live = true};
    enlist(phase, id, idset_add);
}

/* Frees a block; if by realloc(p, 0), the free that follows is of NULL or an empty block. */
static void release(const struct phase *phase, uint32_t id)
{
    if (phase->emptied_percent > 0 && random_below(100) < phase->emptied_percent)
        append(OP_REALLOC, id, 1, 0);
    append(OP_FREE, id, 1, 0);
    made.blocks[id].live = false;
    enlist(phase, id, idset_remove);
}

/* The block that leaves next, by the phase's order; made.of is not empty. */
static uint32_t pick_leaver(enum order order)
{
    uint32_t count = made.of.count;
    switch (order) {
    case ORDER_OLDEST:
        return idset_nth(&made.of, 0);
    case ORDER_NEWEST:
        return idset_nth(&made.of, count - 1);
    case ORDER_YOUNG: /* the a-th youngest or an older one with a chance of 1 in a */
        return idset_nth(&made.of, count - count / (1 + (uint32_t)random_below(count)));
    default:
        return idset_nth(&made.of, (uint32_t)random_below(count));
    }
}

/* What grows beyond the limit starts again with a fresh size. */
static void resize(const struct recipe *recipe, const struct phase *phase)
{
    uint32_t pick = (uint32_t)random_below(made.resized.count);
    uint32_t id = idset_nth(&made.resized, pick);
    struct block *block = &made.blocks[id];
    uint64_t grown = UINT64_MAX;
    if (phase->growth > 0 && block->size <= phase->limit)
        grown = block->size * phase->growth / 100 + random_between(0, phase->add);
    bool fits = phase->growth > 0 && grown <= phase->limit;
    block->size = fits ? grown : draw_size(&recipe->kinds[block->kind]);
    append(OP_REALLOC, id, 1, block->size);
}

static void fill(const struct recipe *recipe, const struct phase *phase)
{
    for (uint64_t i = 0; i < phase->blocks; i++)
        allocate(recipe, phase, i);
}

/*
 * Moves the number of live blocks along a straight line from what it is to phase->live.
 * The random swing about the line, a sixteenth of the target, makes runs of allocations
 * and of frees; without it they would simply alternate.
 */
static void churn(const struct recipe *recipe, const struct phase *phase)
{
    uint64_t length = phase->operations;
    uint64_t from = made.of.count;
    for (uint64_t i = 0; i < length; i++) {
        uint64_t target = (from * (length - i) + phase->live * i) / length;
        uint64_t swing = 4 + target / 16;
        bool low = made.of.count + random_below(2 * swing) < target + swing;
        if (made.resized.count > 0 && random_below(100) < phase->realloc_percent)
            resize(recipe, phase);
        else if (phase->of.total > 0 && (low || made.of.count == 0))
            allocate(recipe, phase, i);
        else if (made.of.count > 0)
            release(phase, pick_leaver(phase->order));
    }
}

/* Keeps in made.of only each every-th block, then frees what is there. */
static void free_some(const struct phase *phase)
{
    uint32_t nth = 0;
    for (uint32_t id = 0; id < made.trace.ids; id++) {
        const struct block *block = &made.blocks[id];
        if (block->live && phase->of.weight[block->kind] > 0 && ++nth % phase->every != 0)
            idset_remove(&made.of, id);
    }
    while (made.of.count > 0)
        release(phase, pick_leaver(phase->order));
}

static void follow(const struct recipe *recipe, const struct phase *phase)
{
    idset_clear(&made.of);
    idset_clear(&made.resized);
    for (uint32_t id = 0; id < made.trace.ids; id++)
        if (made.blocks[id].live)
            enlist(phase, id, idset_add);
    switch (phase->verb) {
    case VERB_FILL:
        fill(recipe, phase);
        break;
    case VERB_CHURN:
        churn(recipe, phase);
        break;
    case VERB_FREE:
        free_some(phase);
        break;
    }
}

/* The recipe's file name without its folder and ending, cut off at `room` bytes. */
static void base_name(char *name, size_t room, const char *path)
{
    const char *slash = strrchr(path, '/');
    snprintf(name, room, "%s", slash != NULL ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot != NULL)
        *dot = '\0';
}

static void write_trace(FILE *out, const struct recipe *recipe)
{
    char name[64];
    base_name(name, sizeof name, made.recipe_path);
    char *shown = say_escape(name); /* a comment ends with its line */
    fprintf(out, "# %s: %s\n", shown, recipe->about);
    fprintf(out, "# Written by tracegen from %s.recipe; change the recipe, not this.\n", shown);
    free(shown);
    trace_write(out, &made.trace);
}

int main(int argc, char **argv)
{
    static struct recipe recipe;
    if (argc != 2 && !(argc == 4 && strcmp(argv[2], "-o") == 0))
        die("expected RECIPE [-o TRACE.rep]");
    made.recipe_path = argv[1];
    recipe_read(&recipe, argv[1]);
    made.random = recipe.seed;
    made.trace.operations = must_alloc(OPERATIONS_MAX * sizeof *made.trace.operations);
    for (uint64_t round = 0; round < recipe.rounds; round++)
        for (unsigned i = 0; i < recipe.phase_count; i++)
            follow(&recipe, &recipe.phases[i]);
    FILE *out = argc == 4 ? file_create(argv[3]) : stdout;
    write_trace(out, &recipe);
    file_finish(out, argc == 4 ? argv[3] : "the standard output");
    return 0;
}
