#include "tally.h"
#include "say.h"
#include <stdlib.h>

struct tally *tally_open(uint32_t ids)
{
    return must_alloc(sizeof(struct tally) + (ids + (size_t)1) * sizeof(uint64_t));
}

void tally_close(struct tally *tally)
{
    free(tally);
}

static void add(struct tally *tally, const struct operation *op, uint64_t pointer)
{
    uint64_t *size = &tally->size[op->id], now = operation_bytes(op);
    if (op->kind == OP_FREE)
        now = 0;
    else if (pointer == 0 && !(op->kind == OP_REALLOC && op->size == 0))
        return; /* refused: a realloc's old payload is still there */
    tally->live += now - *size;
    *size = now;
    if (tally->live > tally->peak)
        tally->peak = tally->live;
}

void tally_add(struct tally *tally, const struct operation *operations,
               const uint64_t *pointers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(tally, &operations[i], pointers[i]);
}
