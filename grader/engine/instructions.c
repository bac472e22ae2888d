#include "instructions.h"
#include "contest.h"
#include "cores.h"
#include "progress.h"
#include "say.h"
#include "steps.h"
#include "variation.h"
#include <math.h>

/* As many in a window as a trace can take, where they are only set beside the time. */
enum { ADVICE_STEPS = 1500 };

/* The reference's own windows are never so long. */
enum { MOST_STEPS = 1000000 };

/* Beyond what a hopeless allocator needs its count earns nothing. */
static uint64_t most_steps(const struct job *job, double reference)
{
    if (!job->grade.policy.by_instructions)
        return ADVICE_STEPS;
    return (uint64_t)(2 * STEPS_OPERATIONS * reference /
                      job->grade.policy.throughput_curve.zero);
}

static void count_trace(struct job *job, size_t i, const char *reference)
{
    struct grade_trace *record = &job->grade.traces[i];
    const struct variation *v = &job->variations[i];
    bool private = v->made && !job->grade.policy.score_on_traces;
    bool grades = job->grade.policy.by_instructions;
    struct steps own, theirs;
    struct steps_options options = {.rules = &job->rules,
                                    .program = reference,
                                    .trace = private ? &v->trace : &job->set.entries[i].trace,
                                    .seed = (uint64_t)job->grade.policy.score_seed,
                                    .most = MOST_STEPS};
    if (!steps_count(&options, &theirs)) {
        if (grades && record->operations >= STEPS_WINDOWS * STEPS_OPERATIONS)
            die("METRIC=instructions needs to trace processes, which this machine does not "
                "allow (sysctl kernel.yama.ptrace_scope); METRIC=time is there");
        return;
    }
    options.program = job->submission.runner;
    options.checked = private ? &v->checked : &job->checked[i];
    options.most = most_steps(job, theirs.per_operation);
    record->reference_instructions = theirs.per_operation;
    if (!steps_count(&options, &own) && grades) {
        record->valid = false;
        findings_add(&record->findings, FINDING_NONDETERMINISTIC, record->name, 0,
                     "the allocator behaved in another way when its instructions were counted "
                     "than in the checked run of the same trace");
    }
    record->instructions = own.per_operation;
    record->instructions_at_least = own.at_least;
}

double instructions_ratio(const struct grade_trace *trace)
{
    return trace->reference_instructions / trace->instructions;
}

/* The two metrics, each as a ratio to the reference's, over all traces. */
static void compare_metrics(struct job *job)
{
    double sum = 0, count = 0, factor = job->grade.policy.metrics_factor;
    for (size_t i = 0; i < job->set.count; i++) {
        const struct grade_trace *trace = &job->grade.traces[i];
        double difference = log(trace->ratio / instructions_ratio(trace));
        if (!trace->timed || trace->hopeless || trace->instructions_at_least ||
            isnan(difference))
            continue;
        sum += difference;
        count++;
    }
    double mean = count > 0 ? exp(sum / count) : 1;
    if (mean < factor && mean > 1 / factor)
        return;
    findings_add(&job->grade.findings, FINDING_METRICS_DISAGREE, NULL, 0,
                 "by the clock the allocator is %.1f times as fast, beside the reference, as "
                 "its instructions say (over %.0f traces)",
                 mean, count);
}

void instructions_count(struct job *job, const char *reference)
{
    if (!job->settings.official && !job->grade.policy.by_instructions)
        return;
    cores_together(0);
    for (size_t i = 0; i < job->set.count; i++) {
        struct grade_trace *record = &job->grade.traces[i];
        if (!contest_admits(record) || !record->timed)
            continue;
        progress_show("counting instructions of", record->name, i, job->set.count);
        count_trace(job, i, reference);
    }
    cores_release();
    compare_metrics(job);
}
