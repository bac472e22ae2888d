#include "checked.h"
#include "clock.h"
#include "culprit.h"
#include "run.h"
#include "say.h"
#include "stats.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The same run again, to be watched by `culprit`. Its outcome counts for nothing. */
static void replay(const struct run *first, const struct process_rules *rules,
                   struct culprit *culprit, bool tracing)
{
    struct run run = *first;
    struct findings findings = {0};
    struct checked_result result = {0};
    struct checked_options options = *first->options;
    options.explain = false;
    options.brief = true; /* and a tracer may hold it where it would be stopped to look */
    options.breaks = NULL;
    size_t ids = run.trace->ids + (size_t)1;
    result.pointers = must_alloc(run.trace->count * sizeof *result.pointers);
    run.blocks = must_alloc(ids * sizeof *run.blocks);
    run.options = &options;
    run.result = &result;
    run.findings = &findings;
    run.culprit = culprit;
    run.tracing = tracing;
    run_once(&run, rules, run.eager);
    free(run.blocks);
    free(result.pointers);
    findings_clear(&findings);
}

/* "free at line 57" */
static void describe_operation(const struct run *run, size_t at, char text[96])
{
    char name[64];
    const struct operation *op = &run->trace->operations[at];
    if (at == CULPRIT_INIT)
        snprintf(text, 96, "mm_init");
    else
        snprintf(text, 96, "%s at line %" PRIu32, operation_name(op, name), op->line);
}

/* Looks for the line of source behind the last finding, and adds it. */
static void explain(struct run *run, const struct process_rules *rules)
{
    char operation[96];
    struct culprit culprit = {.suspect = run->suspect};
    double begun = clock_seconds();
    if (run->suspect.kind == SUSPECT_NOTHING || !culprit_has_time(run->result->seconds))
        return;
    if (run->suspect.kind == SUSPECT_PAYLOAD)
        replay(run, rules, &culprit, false);
    if (culprit.suspect.at == run->trace->count ||
        (run->suspect.kind == SUSPECT_PAYLOAD && culprit.suspect.at == run->suspect.at))
        return; /* it did not come again */
    unsigned attempt = 0;
    for (; culprit_wants(&culprit, attempt); attempt++)
        replay(run, rules, &culprit, true);
    describe_operation(run, culprit.suspect.at, operation);
    if (culprit.suspect.at != CULPRIT_INIT)
        last_finding(run)->culprit.trace_line = run->trace->operations[culprit.suspect.at].line;
    culprit_tell(&culprit, run->options->program, operation, last_finding(run));
    culprit_spend(clock_seconds() - begun);
}

void checked_run(const struct process_rules *rules, const struct checked_options *options,
                 const struct trace *trace, struct checked_result *result,
                 struct findings *findings)
{
    double begun = clock_seconds();
    *result = (struct checked_result){0};
    result->pointers = must_alloc(trace->count * sizeof *result->pointers);
    struct findings first = {0};
    struct run run = {.options = options, .trace = trace, .result = result, .findings = &first};
    must_random(&run.looks, sizeof run.looks);
    run.fullest = options->brief ? 0 : trace_fullest(trace, rules->heap_room);
    run.blocks = must_alloc((trace->ids + (size_t)1) * sizeof *run.blocks);
    if (run_once(&run, rules, false)) {
        note("%s: repeated with every payload filled", options->name);
        findings_clear(&first);
        run.suspect = (struct suspect){0};
        run_once(&run, rules, true);
    }
    result->seconds = clock_seconds() - begun;
    if (options->explain)
        explain(&run, rules);
    free(run.blocks);
    free(run.slack_secret);
    findings_move(findings, &first);
}

/* The part of the run's time that the first operations took. */
static double part_of(const struct checked_result *result, size_t performed, size_t count)
{
    double all = result->pace[CHECKED_PARTS - 1];
    double at = (double)(performed * CHECKED_PARTS) / (double)count;
    size_t whole = performed < count ? (size_t)at : CHECKED_PARTS;
    double before = whole > 0 ? result->pace[whole - 1] : 0;
    double after = whole < CHECKED_PARTS ? result->pace[whole] : before;
    return all > 0 ? (before + (after - before) * (at - (double)whole)) / all : 1;
}

double checked_reckon(const struct checked_result *result, double seconds, size_t performed,
                      size_t count)
{
    double part = part_of(result, performed, count);
    return part > 0 ? seconds / part : result->seconds;
}

/* Orders by which their time is measured. */
enum { BASELINE_ORDERS = 101 };

static double measure_order(struct process *p)
{
    double seconds[BASELINE_ORDERS];
    p->orders->operations[0] = (struct operation){.kind = OP_CALLOC, .count = 1, .size = 1};
    for (size_t i = 0; i < BASELINE_ORDERS; i++) {
        double begun = clock_seconds();
        if (process_perform(p, 1) != OUTCOME_DONE)
            die("%s: the empty runner does not run here; try make clean, then make",
                p->program);
        seconds[i] = clock_seconds() - begun;
    }
    return stats_median(seconds, BASELINE_ORDERS);
}

struct checked_baseline checked_baseline(const struct process_rules *rules, const char *program)
{
    struct process p;
    bool ready;
    struct checked_baseline baseline;
    process_start(&p, rules, program);
    process_init(&p, &ready);
    process_note_constants(&p);
    baseline.order_seconds[1] = measure_order(&p);
    process_share_core(&p);
    baseline.order_seconds[0] = measure_order(&p);
    baseline.private_pages = process_private_pages(&p);
    if (baseline.private_pages == 0)
        die("/proc/%d/smaps: this machine does not say what memory a process has, so state "
            "outside the heap cannot be seen; is /proc mounted?",
            (int)p.pid);
    process_end(&p);
    return baseline;
}
