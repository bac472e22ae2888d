/*
 * leaks.c - lists blocks that were never freed.
 *
 *     leaks COMMAND [ARGUMENT...]     of a program, by the place that asked for them
 *     leaks -t TRACE.rep...           of a trace, by the line that asked for them
 *
 * A block that is live at the end need not be a leak: see chapter 4 of the handout. A place
 * that is on the list a thousand times deserves a look.
 *
 * The program is run with the recorder inside it (record/preload.c), so it must be linked
 * dynamically. Its child processes are not watched. Exit status: 0 when everything was freed,
 * 1 when something was not, 2 when we could not tell; then one sentence on stderr says why.
 */
#include "../../engine/file.h"
#include "../../engine/say.h"
#include "../record/convert.h"
#include "../record/program.h"
#include "callsite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { SHOWN = 20, PLACE_BYTES = 300 };

/* Blocks that the same chain of calls asked for. */
struct group {
    uint64_t callers[LOG_CALLERS];
    uint64_t bytes, blocks;
};

struct leaks {
    struct group *groups;
    size_t count;
    uint64_t bytes, blocks;
};

/* ---- counting ------------------------------------------------------------------- */

/* The last operation on each block that gave it its size; NULL for one that was freed. */
static const struct operation **last_requests(const struct trace *trace)
{
    const struct operation **last = must_alloc((trace->ids + 1) * sizeof *last);
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        last[op->id] = op->kind == OP_FREE ? NULL : op;
    }
    last[trace->ids] = NULL;
    return last;
}

static void add(struct leaks *leaks, const uint64_t *callers, uint64_t bytes)
{
    struct group *group = leaks->groups, *end = group + leaks->count;
    while (group < end && memcmp(group->callers, callers, sizeof group->callers) != 0)
        group++;
    if (group == end) {
        leaks->groups = must_resize(leaks->groups, (leaks->count + 1) * sizeof *group);
        group = &leaks->groups[leaks->count++];
        *group = (struct group){.bytes = 0};
        memcpy(group->callers, callers, sizeof group->callers);
    }
    group->bytes += bytes;
    group->blocks++;
    leaks->bytes += bytes;
    leaks->blocks++;
}

static int by_bytes(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    return (a->bytes < b->bytes) - (a->bytes > b->bytes);
}

static struct leaks count_leaks(const struct trace *trace, const struct log *log)
{
    struct leaks leaks = {0};
    const struct operation **last = last_requests(trace);
    for (uint32_t id = 0; id < trace->ids; id++)
        if (last[id])
            add(&leaks, log->events[last[id]->pointer].callers, operation_bytes(last[id]));
    free(last);
    if (leaks.count > 0)
        qsort(leaks.groups, leaks.count, sizeof *leaks.groups, by_bytes);
    return leaks;
}

/* ---- saying it ------------------------------------------------------------------ */

/* Chains of calls share their ends, and asking addr2line is slow: each address once. */
static const char *place_of(const struct log *log, uint64_t address)
{
    static struct {
        uint64_t address;
        char text[PLACE_BYTES];
    } known[SHOWN * LOG_CALLERS];
    static size_t count;
    for (size_t i = 0; i < count; i++)
        if (known[i].address == address)
            return known[i].text;
    known[count].address = address;
    return callsite_describe(log->maps, address, known[count++].text, PLACE_BYTES);
}

/* Up to main(): who has called that is no question. */
static void print_place(const struct log *log, const struct group *group)
{
    bool in_main = false;
    for (int i = 0; i < LOG_CALLERS && group->callers[i] && !in_main; i++) {
        const char *text = place_of(log, group->callers[i]);
        in_main = strstr(text, " in main()") != NULL;
        char *shown = say_escape(text);
        printf("%s%s", i ? ", called from " : "", shown);
        free(shown);
    }
    puts(group->callers[0] ? "" : "an unknown place");
}

static void print_leaks(const struct log *log, const struct leaks *leaks)
{
    printf("%12s %8s  asked for by\n", "bytes", "blocks");
    for (size_t i = 0; i < leaks->count && i < SHOWN; i++) {
        printf("%12" PRIu64 " %8" PRIu64 "  ", leaks->groups[i].bytes, leaks->groups[i].blocks);
        print_place(log, &leaks->groups[i]);
    }
    if (leaks->count > SHOWN)
        printf("... and %zu more places\n", leaks->count - SHOWN);
}

static void print_sum(uint64_t blocks, uint64_t bytes, uint64_t of)
{
    printf("%" PRIu64 " of %" PRIu64 " blocks, %" PRIu64 " bytes, were never freed\n", blocks,
           of, bytes);
}

/* ---- of a program --------------------------------------------------------------- */

static bool inspect_program(char **command)
{
    int status;
    struct left_out left_out;
    const struct program program = {
        .command = command, .name = "", .operations = PROGRAM_OPERATIONS, .callers = true};
    struct log *log = program_record(&program, &status);
    const struct window window = {.most = PROGRAM_OPERATIONS};
    struct trace trace = convert(log, &window, &left_out);
    struct leaks leaks = count_leaks(&trace, log);
    fflush(stderr);
    puts("");
    if (WIFSIGNALED(status))
        printf("the program was ended by signal %d; this is what was live then\n",
               WTERMSIG(status));
    if (log->events_seen > log->room)
        printf("only the first %" PRIu64 " calls were watched\n", log->room);
    print_sum(leaks.blocks, leaks.bytes, trace.ids);
    if (leaks.blocks > 0)
        print_leaks(log, &leaks);
    free(leaks.groups);
    trace_free(&trace);
    return leaks.blocks > 0;
}

/* ---- of a trace ----------------------------------------------------------------- */

static bool inspect_trace(const char *path)
{
    struct trace trace;
    trace_must_read(path, &trace);
    const struct operation **last = last_requests(&trace);
    uint64_t blocks = 0, bytes = 0;
    for (uint32_t id = 0; id < trace.ids; id++) {
        char name[64];
        if (!last[id])
            continue;
        if (++blocks <= SHOWN)
            printf("%s:%" PRIu32 ": block %" PRIu32 ", %s\n", path, last[id]->line, id,
                   operation_name(last[id], name));
        bytes += operation_bytes(last[id]);
    }
    if (blocks > SHOWN)
        printf("... and %" PRIu64 " more blocks\n", blocks - SHOWN);
    print_sum(blocks, bytes, trace.ids);
    free(last);
    trace_free(&trace);
    return blocks > 0;
}

int main(int argc, char **argv)
{
    if (argc < 2 || (argv[1][0] == '-' && (strcmp(argv[1], "-t") != 0 || argc < 3)))
        die("expected a command, or -t and a trace");
    bool program = strcmp(argv[1], "-t") != 0;
    bool found = program && inspect_program(argv + 1);
    for (int i = 2; !program && i < argc; i++)
        found |= inspect_trace(argv[i]);
    file_finish(stdout, "the standard output");
    return found;
}
