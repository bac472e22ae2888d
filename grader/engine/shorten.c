#include "shorten.h"
#include "checked.h"
#include "clock.h"
#include "file.h"
#include "say.h"
#include "shrink.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All candidates together; the last run and the report come on top of it. */
#define SECONDS 8.0

/* A call that hangs need not be waited for as long as in a grade. */
#define HASTE_SECONDS 0.05

/* Up to so many operations, each has a comment. */
enum { COMMENTED = 60 };

struct search {
    struct process_rules rules;
    const struct shorten_options *options;
    enum finding_code code;
    double deadline;
    size_t runs;
    bool out_of_time, slow_in_all;
};

/* The finding that counts: the first error, else the first of all. NULL: there is none. */
static const struct finding *first_finding(const struct findings *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (finding_severity(list->items[i].code) == SEVERITY_ERROR)
            return &list->items[i];
    return list->count ? &list->items[0] : NULL;
}

static void run(struct search *search, const struct trace *trace, bool explain,
                struct findings *findings, size_t *performed)
{
    const struct checked_options options = {.program = search->options->program,
                                            .name = search->options->name,
                                            .alignment = search->options->alignment,
                                            .checkheap = search->options->checkheap,
                                            .explain = explain};
    struct checked_result result;
    checked_run(&search->rules, &options, trace, &result, findings);
    search->slow_in_all = result.slow_in_all;
    free(result.pointers);
    /* One that was begun and not performed belongs to it. */
    *performed = result.performed < trace->count ? result.performed + 1 : trace->count;
    search->runs++;
}

static bool fails(const struct trace *trace, void *context, size_t *performed)
{
    struct search *search = context;
    struct findings findings = {0};
    double left = search->deadline - clock_seconds();
    search->out_of_time = left <= 0;
    if (search->out_of_time)
        return false;
    /* A candidate that takes all the time there is would not be worth it. */
    if (search->code != FINDING_TIMEOUT && left < search->rules.total_seconds)
        search->rules.total_seconds = left;
    run(search, trace, false, &findings, performed);
    const struct finding *first = first_finding(&findings);
    bool same = first && first->code == search->code;
    findings_clear(&findings);
    return same;
}

/* The file */

static void write_trace(const struct search *search, const struct trace *original,
                        const struct trace *trace, const struct finding *finding, FILE *out)
{
    char call[64];
    char *name = say_escape(search->options->name); /* a comment ends with its line */
    const char *message = finding->message;
    fprintf(out, "# %s in %zu operations, shrunk from the %zu of %s.\n",
            finding_name(search->code), trace->count, original->count, name);
    fprintf(out, "# %.*s\n", (int)strcspn(message, "\n"), message);
    fprintf(out, "0 %" PRIu32 " %zu 1\n", trace->ids, trace->count);
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        if (trace->count <= COMMENTED)
            fprintf(out, "# line %" PRIu32 " of %s: %s, block %" PRIu32 "\n", op->line, name,
                    operation_name(op, call), op->id);
        operation_write(out, op, trace->ids);
    }
    free(name);
}

static void save(const struct search *search, const struct trace *original,
                 const struct trace *trace, const struct finding *finding)
{
    FILE *out = file_create(search->options->out);
    write_trace(search, original, trace, finding, out);
    file_finish(out, search->options->out);
}

static void show_file(const char *path)
{
    char line[512];
    FILE *in = fopen(path, "r");
    fputc('\n', stdout);
    while (in && fgets(line, sizeof line, in))
        printf("    %s", line);
    if (in)
        fclose(in);
}

/* The whole of it */

/* What is wrong with the trace as it is. Its lines are told apart. */
static void judge(struct search *search, const struct trace *trace)
{
    size_t performed;
    struct findings findings = {0};
    run(search, trace, false, &findings, &performed);
    const struct finding *first = first_finding(&findings);
    if (!first)
        die("%s: this submission has no finding on it, so there is nothing to shrink; `make "
            "grade` says on which trace it has one",
            search->options->name);
    if (search->slow_in_all)
        die("%s: no call hangs, but all of them together take too long; a short trace cannot "
            "show that. Which search grows with the number of blocks?",
            search->options->name);
    search->code = first->code;
    findings_clear(&findings);
}

/* Impatience may have cheated itself: then once more, with the grade's own patience. */
static struct trace search_trace(struct search *search, const struct process_rules *rules,
                                 const struct trace *trace)
{
    size_t performed;
    const struct shrink_test test = {
        .fails = fails, .context = search, .enough = &search->out_of_time};
    search->deadline = clock_seconds() + SECONDS;
    if (search->code == FINDING_TIMEOUT && rules->order_seconds > HASTE_SECONDS)
        search->rules.order_seconds = HASTE_SECONDS;
    struct trace best = shrink(trace, &test);
    bool cut_short = search->out_of_time;
    search->rules = *rules;
    search->deadline += SECONDS;
    bool good = fails(&best, search, &performed);
    search->rules = *rules;
    search->out_of_time = good && cut_short;
    if (good)
        return best;
    trace_free(&best);
    search->deadline = clock_seconds() + SECONDS;
    best = shrink(trace, &test);
    search->rules = *rules;
    return best;
}

static void summarize(const struct search *search, const struct trace *original,
                      const struct trace *best, double seconds)
{
    char *name = say_escape(search->options->name), *out = say_escape(search->options->out);
    printf("%s: %s in %zu operation%s instead of %zu (%zu runs, %.1f s)\n", name,
           finding_name(search->code), best->count, best->count == 1 ? "" : "s",
           original->count, search->runs, seconds);
    if (search->out_of_time)
        puts("time was up; a shorter one may exist: shrink this one again");
    printf("written to %s", out);
    free(name);
    free(out);
    if (best->count <= COMMENTED)
        show_file(search->options->out);
    else
        fputc('\n', stdout);
}

void shorten(const struct process_rules *rules, const struct shorten_options *options,
             const struct trace *trace, struct findings *findings)
{
    double begun = clock_seconds();
    size_t performed;
    struct findings last = {0};
    struct trace written;
    struct search search = {.rules = *rules, .options = options};
    judge(&search, trace);
    struct trace best = search_trace(&search, rules, trace);
    run(&search, &best, false, &last, &performed);
    const struct finding *finding = first_finding(&last);
    if (!finding)
        die("%s: its finding does not come every time; an allocator that is not deterministic "
            "cannot be shrunk",
            options->name);
    save(&search, trace, &best, finding);
    trace_must_read(options->out, &written);
    double seconds = clock_seconds() - begun;
    run(&search, &written, true, findings, &performed);
    summarize(&search, trace, &best, seconds);
    findings_clear(&last);
    trace_free(&best);
    trace_free(&written);
}
