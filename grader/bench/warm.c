/*
 * warm.c - the speed of an allocator that plays the same trace again and again.
 *
 *     warm trace.rep...         (make warm; prints a line for each: the file and nanoseconds)
 *
 * Theory of operation. `make bench` times an allocator that was just started, and in turn with
 * glibc's: caches and branch predictors remember little of it. A program that runs for long
 * is the other end. Here one process plays a trace for a tenth of a second; the pass that took
 * least counts. Blocks that are left at its end are freed, untimed, so the next pass finds the
 * heap used and not new. Of each payload one byte is written, as a program would.
 *
 * Nothing is checked but that no request fails: that is what `make bench` is for. A trace that
 * asks for a giant block is left out; none may be written here.
 */
#include "alone.h"
#include "mm.h"
#include "say.h"
#include "trace.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST_PASSES = 3 };

static const uint64_t nanoseconds = 100000000;   /* for one trace */
static const size_t room = (size_t)64 << 30;     /* bytes that the break may reach */
static const uint64_t giant = (uint64_t)1 << 28; /* bytes of a block */

struct game {
    const char *path;
    struct trace trace;
    char **payloads; /* by id */
    uint64_t *least; /* nanoseconds of a pass; shared, for the parent to read */
};

static bool is_playable(const struct trace *trace)
{
    for (size_t i = 0; i < trace->count; i++)
        if (operation_bytes(&trace->operations[i]) >= giant)
            return false;
    return true;
}

static char *call(const struct operation *op, char *payload)
{
    switch (op->kind) {
    case OP_MALLOC:
        return mm_malloc(op->size);
    case OP_CALLOC:
        return mm_calloc(op->count, op->size);
    case OP_REALLOC:
        return mm_realloc(payload, op->size);
    default:
        mm_free(payload);
        return NULL;
    }
}

static _Noreturn void fail(const struct game *game, const struct operation *op)
{
    char name[64];
    die("%s, line %u: %s returned NULL", game->path, op->line, operation_name(op, name));
}

static void pass(const struct game *game)
{
    const struct operation *end = game->trace.operations + game->trace.count;
    for (const struct operation *op = game->trace.operations; op < end; op++) {
        char *payload = call(op, game->payloads[op->id]);
        game->payloads[op->id] = payload;
        if (op->count * op->size == 0)
            continue;
        if (payload == NULL)
            fail(game, op);
        *payload = 1;
    }
}

static void play(const void *argument)
{
    const struct game *game = argument;
    uint64_t begun = alone_now();
    for (int passes = 0; passes < LEAST_PASSES || alone_now() - begun < nanoseconds; passes++) {
        uint64_t start = alone_now();
        pass(game);
        uint64_t time = alone_now() - start;
        *game->least = time < *game->least ? time : *game->least;
        for (uint32_t id = 0; id < game->trace.ids; id++) {
            mm_free(game->payloads[id]);
            game->payloads[id] = NULL;
        }
    }
}

int main(int argc, char **argv)
{
    alone_open(room);
    struct game game = {.least = alone_map(sizeof *game.least)};
    for (int i = 1; i < argc; i++) {
        game.path = argv[i];
        trace_must_read(game.path, &game.trace);
        game.payloads = must_alloc((game.trace.ids + (size_t)1) * sizeof *game.payloads);
        *game.least = UINT64_MAX;
        if (is_playable(&game.trace)) {
            alone_play(game.path, play, &game);
            printf("%s\t%.2f\n", game.path, (double)*game.least / (double)game.trace.count);
        }
        free(game.payloads);
        trace_free(&game.trace);
    }
    return 0;
}
