/*
 * soak.c - a right allocator is never accused: random traces for a long time.
 *
 *     soak --seconds N | --operations N [--seed N] [--checkheap] --scratch FOLDER
 *          [--traces FOLDER]... NAME=RUNNER...
 *
 * Each RUNNER holds an allocator that is believed to be right; a NAME that begins with
 * `classic/` stands for one of that profile, and one that ends with `,BYTES` gets no larger
 * request, in no mix and no variation; the report says so. In turn each of them goes through
 * the checked run (engine/checked.h) of a random mix (mix.h) or of a random variation of a
 * trace (engine/vary.h). A NAME that begins with `inside/` stands for a program of tools/debug:
 * the allocator with sanitizers and the replayer in one process, which needs no hand-over and
 * so gets long mixes. The trace of a finding is written to FOLDER. It ends after so many
 * seconds, or, the same on every machine, after so many operations. With --checkheap an
 * allocator's own heap checker is asked as well, in short mixes.
 *
 * Exit status: 0 when nothing was found, 1 when something was, 2 for our own faults.
 */
#include "checked.h"
#include "clock.h"
#include "command.h"
#include "draw.h"
#include "fill.h"
#include "mix.h"
#include "number.h"
#include "say.h"
#include "settings.h"
#include "traceset.h"
#include "vary.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ALLOCATORS = 32, LONGEST = 40000, FINDINGS = 20, SHORT = 400 };

/* In one process: so many operations in a mix, which take a second or two. */
enum { INSIDE_OPERATIONS = 1000000, INSIDE_SECONDS = 600, INSIDE_OUTPUT = 4000 };

/* What the referee allows here; a heap checker that walks the heap must fit in. */
#define ORDER_SECONDS 5.0
#define TRACE_SECONDS 120.0
#define RESIDENT      ((uint64_t)2 << 30)

struct allocator {
    const char *name, *runner;
    const struct profile *profile;
    bool inside;
    struct process_rules rules;
    uint64_t largest; /* request, bytes */
    uint64_t operations, traces, findings;
};

static struct {
    double seconds;
    bool checkheap;      /* after every operation of short mixes, profile modern */
    uint64_t most, done; /* operations */
    uint64_t seed, dice;
    const char *scratch;
    struct traceset set;
    struct allocator allocators[ALLOCATORS];
    size_t count, findings;
    uint64_t digest; /* of all that was returned: equal for allocators that do the same */
} soak;

static void add_allocator(char *word)
{
    char *equals = strchr(word, '=');
    if (!equals || access(equals + 1, X_OK) != 0)
        die("expected NAME=RUNNER and a program, not '%s'", word);
    if (soak.count == ALLOCATORS)
        die("more than %d allocators", ALLOCATORS);
    *equals = '\0';
    char *comma = strchr(word, ',');
    if (comma)
        *comma = '\0';
    bool classic = strstr(word, "classic/") != NULL;
    const struct profile *profile = settings_profile(classic ? "classic" : "modern");
    soak.allocators[soak.count++] = (struct allocator){
        .name = word,
        .runner = equals + 1,
        .profile = profile,
        .inside = strncmp(word, "inside/", 7) == 0,
        .largest = comma ? number_must_read("the largest request", comma + 1, UINT64_MAX)
                         : profile->heap_room,
        .rules = {.heap_start = profile->heap_start,
                  .heap_room = profile->heap_room,
                  .resident_limit = RESIDENT,
                  .order_seconds = ORDER_SECONDS,
                  .total_seconds = TRACE_SECONDS,
                  .output = memfd_create("soak-output", MFD_CLOEXEC)}};
}

enum { SECONDS = 1, OPERATIONS, SEED, CHECKHEAP, SCRATCH, TRACES };

static void read_options(int argc, char **argv)
{
    static const struct option options[] = {{"seconds", 1, NULL, SECONDS},
                                            {"operations", 1, NULL, OPERATIONS},
                                            {"seed", 1, NULL, SEED},
                                            {"checkheap", 0, NULL, CHECKHEAP},
                                            {"scratch", 1, NULL, SCRATCH},
                                            {"traces", 1, NULL, TRACES},
                                            {NULL, 0, NULL, 0}};
    must_random(&soak.seed, sizeof soak.seed);
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == SECONDS)
            soak.seconds = (double)number_must_read("SECONDS", optarg, UINT64_MAX);
        else if (option == OPERATIONS)
            soak.most = number_must_read("--operations", optarg, UINT64_MAX);
        else if (option == SEED)
            soak.seed = number_must_read("SEED", optarg, UINT64_MAX);
        else if (option == CHECKHEAP)
            soak.checkheap = true;
        else if (option == SCRATCH)
            soak.scratch = optarg;
        else if (option == TRACES)
            traceset_add(&soak.set, optarg);
        else
            exit(2);
    }
    for (; optind < argc; optind++)
        add_allocator(argv[optind]);
    if (!soak.scratch || soak.count == 0 || (soak.seconds == 0 && soak.most == 0))
        die("usage: soak --seconds N | --operations N [--seed N] [--checkheap] "
            "--scratch FOLDER [--traces FOLDER]... NAME=RUNNER...");
    soak.dice = soak.seed;
}

/* Does it ask for nothing that the allocator is not to get? More than fits does not matter. */
static bool is_bearable(const struct allocator *a, const struct trace *trace)
{
    for (size_t i = 0; i < trace->count; i++) {
        uint64_t bytes = operation_bytes(&trace->operations[i]);
        if (bytes > a->largest && bytes <= a->profile->heap_room)
            return false;
    }
    return true;
}

/* A mix as long as the heap checker can bear, a long one, or a variation. */
static void make_trace(const struct allocator *a, uint64_t seed, bool brief,
                       struct trace *trace)
{
    uint64_t dice = seed;
    if (!brief && soak.set.count != 0 && draw_below(&dice, 8) == 0) {
        const struct trace *base = &soak.set.entries[draw_below(&dice, soak.set.count)].trace;
        vary_trace(base, draw_bits(&dice), trace);
        if (is_bearable(a, trace))
            return;
        trace_free(trace);
    }
    size_t most = brief ? SHORT : (size_t)SHORT << draw_below(&dice, 8);
    mix_make(draw_bits(&dice), most < LONGEST ? most : LONGEST, a->largest, trace);
}

static void write_trace(const char *name, const struct trace *trace, uint64_t seed,
                        char path[4200])
{
    char plain[64];
    snprintf(plain, sizeof plain, "%s", name);
    for (char *c = plain; *c; c++)
        *c = *c == '/' ? '-' : *c;
    snprintf(path, 4200, "%s/soak-%s-%" PRIu64 ".rep", soak.scratch, plain, seed);
    FILE *out = fopen(path, "w");
    if (!out)
        die("%s: cannot be written: %s", path, strerror(errno));
    fprintf(out, "# soak: made for %s\n", name);
    trace_write(out, trace);
    if (fclose(out) != 0)
        die("%s: cannot be written: %s", path, strerror(errno));
}

/* What was found, and where the trace is that shows it. */
static void tell(struct allocator *a, const struct trace *trace, uint64_t seed,
                 const struct findings *findings)
{
    char path[4200];
    write_trace(a->name, trace, seed, path);
    for (size_t i = 0; i < findings->count; i++)
        printf("%s: line %" PRIu32 ": %s: %s\n  the trace: %s\n", a->name,
               findings->items[i].line, finding_name(findings->items[i].code),
               findings->items[i].message, path);
    a->findings += findings->count;
    soak.findings += findings->count;
}

static void count(struct allocator *a, size_t operations)
{
    a->operations += operations;
    soak.done += operations;
    a->traces++;
}

/* Returns whether all is well; the program says all that is to be said. */
static bool check_inside(struct allocator *a, char *path)
{
    char *argv[] = {(char *)(uintptr_t)a->runner, path, NULL};
    struct command_result result = command_run(
        &(struct command){.argv = argv, .keep = INSIDE_OUTPUT, .seconds = INSIDE_SECONDS});
    bool good = result.status == 0 && !result.timed_out;
    if (!good) {
        printf("%s: exit status %d%s\n%s  the trace: %s\n", a->name, result.status,
               result.timed_out ? ", it did not end" : "", result.output, path);
        a->findings++;
        soak.findings++;
    }
    free(result.output);
    return good;
}

/* A mix is made once for all of them. One that shows nothing goes again. */
static void check_all_inside(uint64_t seed)
{
    struct trace trace;
    char path[4200];
    bool good = true;
    mix_make(seed, INSIDE_OPERATIONS, settings_profile("modern")->heap_room, &trace);
    write_trace("inside", &trace, seed, path);
    for (size_t i = 0; i < soak.count; i++)
        if (soak.allocators[i].inside) {
            good &= check_inside(&soak.allocators[i], path);
            count(&soak.allocators[i], trace.count);
        }
    if (good)
        unlink(path);
    trace_free(&trace);
}

/* Each pointer, and what became of the break, in their order. */
static void digest(const struct checked_result *result)
{
    for (size_t i = 0; i < result->performed; i++)
        soak.digest = fill_mix(soak.digest ^ result->pointers[i]);
    soak.digest = fill_mix(soak.digest ^ result->peak_heap);
    soak.digest = fill_mix(soak.digest ^ result->sbrk_calls);
}

/* The checked run of a grade. */
static void check_beside(struct allocator *a, const struct trace *trace, uint64_t seed,
                         bool brief)
{
    struct checked_result result;
    struct findings findings = {0};
    const struct checked_options options = {.program = a->runner,
                                            .name = "soak",
                                            .alignment = a->profile->alignment,
                                            .checkheap = soak.checkheap && brief &&
                                                         !a->profile->classic};
    checked_run(&a->rules, &options, trace, &result, &findings);
    count(a, result.performed);
    digest(&result);
    if (findings.count)
        tell(a, trace, seed, &findings);
    findings_clear(&findings);
    free(result.pointers);
}

static void check_one(struct allocator *a, uint64_t seed)
{
    struct trace trace;
    bool brief = seed % 4 == 0;
    make_trace(a, seed, brief, &trace);
    check_beside(a, &trace, seed, brief);
    trace_free(&trace);
}

static void report(double seconds)
{
    printf("%-24s %10s %14s %9s\n", "allocator", "traces", "operations", "findings");
    for (size_t i = 0; i < soak.count; i++) {
        const struct allocator *a = &soak.allocators[i];
        printf("%-24s %10" PRIu64 " %14" PRIu64 " %9" PRIu64, a->name, a->traces, a->operations,
               a->findings);
        if (a->largest < a->profile->heap_room)
            printf("  no request of more than %" PRIu64 " bytes", a->largest);
        putchar('\n');
    }
    printf("%" PRIu64 " operations in %.0f s, %.0f in a second; seed %" PRIu64 "\n", soak.done,
           seconds, (double)soak.done / seconds, soak.seed);
    printf("digest of all pointers and breaks: %016" PRIx64 "\n", soak.digest);
}

static bool is_over(double begun)
{
    return soak.findings >= FINDINGS || (soak.most && soak.done >= soak.most) ||
           (soak.seconds > 0 && clock_seconds() - begun >= soak.seconds);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    read_options(argc, argv);
    double begun = clock_seconds();
    /* The one that is behind has its turn: traces differ in length. */
    while (!is_over(begun)) {
        struct allocator *next = &soak.allocators[0];
        for (size_t i = 1; i < soak.count; i++)
            if (soak.allocators[i].operations < next->operations)
                next = &soak.allocators[i];
        if (next->inside)
            check_all_inside(draw_bits(&soak.dice));
        else
            check_one(next, draw_bits(&soak.dice));
    }
    report(clock_seconds() - begun);
    return soak.findings != 0;
}
