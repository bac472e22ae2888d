#include "instructions.h"
#include "contest.h"
#include "progress.h"
#include "say.h"
#include "stats.h"
#include "steps.h"
#include "variation.h"
#include "workers.h"
#include "yardstick.h"
#include <math.h>
#include <stdlib.h>

/* As many in a sample as a trace can take, where they are only set beside the time. */
enum { ADVICE_STEPS = 6000 };

/* The reference's own sample is never so long. */
enum { MOST_STEPS = 4000000 };

/* Both sides of one trace. */
struct tally {
    struct steps own, reference;
};

struct counting {
    struct job *job;
    const char *reference;
    const size_t *traces; /* those that are counted */
};

/* Beyond what a hopeless allocator needs its count earns nothing. */
static uint64_t most_steps(const struct job *job, double reference)
{
    if (!job->grade.policy.by_instructions)
        return ADVICE_STEPS;
    return (uint64_t)(2 * STEPS_WINDOWS * STEPS_OPERATIONS * reference /
                      job->grade.policy.throughput_curve.zero);
}

/* What the reference's count is multiplied by, if a yardstick stands for it; 0: unknown. */
static double reference_scale(const struct job *job, size_t i)
{
    const struct published_trace *known = yardstick_find(job, job->grade.traces[i].name);
    return known ? known->counted : 1;
}

/* A worker's task: counts the face that scores. */
static void count_trace(void *context, size_t at, void *result)
{
    const struct counting *counting = context;
    struct job *job = counting->job;
    struct tally *tally = result;
    size_t i = counting->traces[at];
    const struct variation *v = &job->variations[i];
    bool private = v->made && !job->grade.policy.score_on_traces;
    struct steps_options options = {.rules = &job->rules,
                                    .program = counting->reference,
                                    .trace = private ? &v->trace : &job->set.entries[i].trace,
                                    .seed = (uint64_t)job->grade.policy.score_seed,
                                    .most = MOST_STEPS};
    double scale = reference_scale(job, i);
    tally->reference.end = STEPS_TOO_SHORT; /* as it was when the table was written */
    if (scale > 0)
        steps_count(&options, &tally->reference);
    tally->reference.per_operation *= scale;
    if (tally->reference.end != STEPS_COUNTED)
        return;
    options.program = job->submission.runner;
    options.checked = private ? &v->checked : &job->checked[i];
    options.most = most_steps(job, tally->reference.per_operation);
    steps_count(&options, &tally->own);
}

/* Why there is no count, in the record's words. */
static const char *why_missing(const struct job *job, enum steps_end end)
{
    static const char *const why[] = {
        [STEPS_COUNTED] = NULL,
        [STEPS_TOO_SHORT] = "the trace is shorter than the sample",
        [STEPS_NO_TRACER] =
            "no process may be traced on this machine (sysctl kernel.yama.ptrace_scope)",
        [STEPS_DIFFERENT] = "the allocator behaved in another way while they were counted"};
    return job->rules.emulator ? "an emulator runs the program" : why[end];
}

static void take_tally(struct job *job, struct grade_trace *record, const struct tally *tally)
{
    bool grades = job->grade.policy.by_instructions;
    record->no_instructions = why_missing(job, tally->reference.end);
    if (tally->reference.end != STEPS_COUNTED) {
        if (grades && tally->reference.end != STEPS_TOO_SHORT)
            die("METRIC=instructions has no count of the reference: %s; METRIC=time is there",
                record->no_instructions);
        return;
    }
    record->no_instructions = why_missing(job, tally->own.end);
    if (tally->own.end != STEPS_COUNTED && grades) {
        record->valid = false;
        findings_add(&record->findings, FINDING_NONDETERMINISTIC, record->name, 0,
                     "the allocator behaved in another way when its instructions were counted "
                     "than in the checked run of the same trace");
    }
    record->reference_instructions = tally->reference.per_operation;
    record->instructions = tally->own.per_operation;
    record->instructions_at_least = tally->own.at_least;
}

double instructions_ratio(const struct grade_trace *trace)
{
    return trace->reference_instructions / trace->instructions;
}

/*
 * The two metrics, each as a ratio to the reference's, over all traces. Whom the one that
 * scores does not flatter has gained nothing: the starter, say, always waits for new memory.
 * The clock's noise is not held against anybody: they must disagree at the end of its 95 %
 * interval, too.
 */
static void compare_metrics(struct job *job)
{
    double sum = 0, variance = 0, count = 0, factor = job->grade.policy.metrics_factor;
    for (size_t i = 0; i < job->set.count; i++) {
        const struct grade_trace *trace = &job->grade.traces[i];
        double difference = log(trace->ratio / instructions_ratio(trace));
        if (!trace->timed || trace->hopeless || isnan(difference))
            continue;
        /* Of a count that was cut off the rest may explain a slow clock, but not a fast one. */
        sum += trace->instructions_at_least && difference < 0 ? 0 : difference;
        variance += trace->log_error * trace->log_error;
        count++;
    }
    double mean = count > 0 ? exp(sum / count) : 1;
    double noise = count > 0 ? exp(stats_mean_half(variance, count)) : 1;
    if ((job->grade.policy.by_instructions ? 1 / mean : mean) < factor * noise)
        return;
    findings_add(&job->grade.findings, FINDING_METRICS_DISAGREE, NULL, 0,
                 "by the clock the allocator is %.1f times as fast, beside the reference, as "
                 "its instructions say (over %.0f traces)",
                 mean, count);
}

/*
 * Who misbehaves only where instructions are counted would have no second metric to fear. Where
 * they are what counts the trace is not valid, and says so.
 */
static void report_uncounted(struct job *job, const struct tally *tallies, size_t count)
{
    size_t different = 0;
    for (size_t i = 0; i < count; i++)
        different +=
            tallies[i].reference.end == STEPS_COUNTED && tallies[i].own.end == STEPS_DIFFERENT;
    if (different == 0 || job->grade.policy.by_instructions)
        return;
    findings_add(&job->grade.findings, FINDING_METRICS_DISAGREE, NULL, 0,
                 "nothing confirms what the clock says: on %zu of %zu traces the allocator "
                 "behaved in another way while its instructions were counted",
                 different, count);
}

/* Those that were timed; returns how many. What is not counted says why. */
static size_t choose_traces(struct job *job, bool wanted, size_t *traces)
{
    size_t count = 0;
    for (size_t i = 0; i < job->grade.trace_count; i++) {
        struct grade_trace *record = &job->grade.traces[i];
        bool admitted = contest_admits(record) && record->rounds > 0;
        record->no_instructions =
            wanted ? "the trace was not timed" : "only official grades count them";
        if (wanted && admitted)
            traces[count++] = i;
    }
    return count;
}

void instructions_count(struct job *job, const char *reference)
{
    bool wanted = job->settings.official || job->grade.policy.by_instructions;
    size_t *traces = must_alloc(job->grade.trace_count * sizeof *traces);
    size_t count = choose_traces(job, wanted, traces);
    struct counting counting = {.job = job, .reference = reference, .traces = traces};
    progress_show("counting instructions of", "all traces", 0, 1);
    struct tally *tallies = workers_run(count, sizeof *tallies, count_trace, &counting);
    for (size_t i = 0; i < count; i++)
        take_tally(job, &job->grade.traces[traces[i]], &tallies[i]);
    report_uncounted(job, tallies, count);
    free(tallies);
    free(traces);
    if (wanted)
        compare_metrics(job);
}
