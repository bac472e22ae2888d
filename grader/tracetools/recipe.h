/*
 * recipe.h - what tracegen is asked to do, as read from a recipe file.
 *
 * traces/README.md describes the text; the structures here are the same thing in C.
 */
#ifndef RECIPE_H
#define RECIPE_H

#include <stdint.h>

enum {
    RECIPE_BYTES = 1 << 20,
    RECIPE_LINE = 256, /* bytes of a line, its end included */
    RECIPE_NAME = 24,  /* bytes of a kind's name, its end included */
    RECIPE_KINDS = 12,
    RECIPE_PHASES = 24,
};

/* How the sizes of a kind of block are spread between its lowest and its highest. */
enum law {
    LAW_UNIFORM, /* every size equally likely */
    LAW_POWER,   /* twice the size, a quarter as likely: density 1 / size^2 */
    LAW_OCTAVES, /* every doubling equally likely */
    LAW_WRAP,    /* a calloc whose product, modulo 2^64, is a small number */
};

struct kind {
    char name[RECIPE_NAME];
    enum law law;
    uint64_t low, high; /* bytes, both included */
    uint64_t step;      /* sizes are multiples of this many bytes */
};

/* Kinds with weights; a weight of 0 means that the kind does not take part. */
struct choice {
    uint64_t weight[RECIPE_KINDS];
    uint64_t total;
};

enum verb { VERB_FILL, VERB_CHURN, VERB_FREE };
enum mix { MIX_RANDOM, MIX_TURN };
enum order { ORDER_RANDOM, ORDER_OLDEST, ORDER_NEWEST, ORDER_YOUNG };

struct phase {
    enum verb verb;
    int line;              /* where the recipe begins it */
    struct choice of;      /* kinds that are allocated and freed */
    struct choice resized; /* kinds that are reallocated */
    enum mix mix;
    enum order order;
    uint64_t blocks;             /* fill: how many to allocate */
    uint64_t operations;         /* churn: how many to perform */
    uint64_t live;               /* churn: live blocks to end with */
    uint64_t every;              /* free: each which-th block, in the order of age */
    uint64_t calloc_percent;     /* of the allocations */
    uint64_t realloc_percent;    /* of the operations of a churn */
    uint64_t emptied_percent;    /* of the frees: each after a realloc to size 0 */
    uint64_t growth, add, limit; /* size becomes size * growth / 100 + 0..add */
};

struct recipe {
    char about[RECIPE_LINE];
    uint64_t seed;
    uint64_t rounds; /* how often the phases are repeated */
    unsigned kind_count, phase_count;
    struct kind kinds[RECIPE_KINDS];
    struct phase phases[RECIPE_PHASES];
};

/*
 * Reads the recipe at `path` into *recipe. A recipe that cannot be read or understood ends
 * the program with status 2, after "path:line: what was expected" on stderr.
 */
void recipe_read(struct recipe *recipe, const char *path);

#endif
