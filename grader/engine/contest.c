#include "contest.h"
#include "charge.h"
#include "file.h"
#include "instructions.h"
#include "race.h"
#include "say.h"
#include "variation.h"
#include "yardstick.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Memory enough for a table that the checked run did not see: its speed is not believed. */
#define LOG_BYTES ((uint64_t)32 << 10)

bool contest_admits(const struct grade_trace *trace)
{
    return trace->scored && trace->valid && trace->operations > 0 &&
           strcmp(trace->category, SCORE_FUZZ) != 0;
}

/*
 * Operations of the student's in an order. A pass can be cut between orders only: in a quick
 * grade, which does not wait for a slow allocator, half of the shortest pass that is cut is the
 * longest. What is timed and what warms up is the same for everybody, and in every grade.
 */
static uint32_t stretch_of(const struct job *job, size_t operations,
                           const struct checked_result *checked)
{
    uint32_t usual = job->settings.window;
    double seconds = checked->pace[CHECKED_PARTS - 1] / (double)operations;
    double most = TIMED_LEAST / 2 / seconds;
    return job->settings.official || most >= usual ? usual : most > 1 ? (uint32_t)most : 1;
}

/* One of the two faces of a trace enters the race. */
static struct race_entry race_entry(const struct job *job, size_t i, bool private,
                                    const char *reference, double share)
{
    const struct variation *v = &job->variations[i];
    struct grade_trace *record = &job->grade.traces[i];
    const struct published_trace *known = yardstick_find(job, record->name);
    const struct checked_result *checked = private ? &v->checked : &job->checked[i];
    return (struct race_entry){
        .timed = {.rules = &job->rules,
                  .scale = known ? known->ratio : 1,
                  .program = job->submission.runner,
                  .reference = reference,
                  .name = private ? v->name : record->name,
                  .trace = private ? &v->trace : &job->set.entries[i].trace,
                  .checked = checked,
                  .window = job->settings.window,
                  .stretch = stretch_of(job, record->operations, checked),
                  .hopeless_ratio = job->grade.policy.throughput_curve.zero},
        .findings = &record->findings,
        .share = share,
        .compared = job->settings.official || job->grade.policy.by_instructions,
        .record = private ? &job->variations[i].record : record};
}

/*
 * Those that are timed, and what each is worth; returns how many. Where there is a variation
 * the face that does not score runs along, worth nothing.
 */
static size_t enter_race(struct job *job, const char *reference, struct race_entry *entries)
{
    size_t entered = 0, count = job->set.count;
    struct score_trace *inputs = must_alloc(count * sizeof *inputs);
    bool on_traces = job->grade.policy.score_on_traces;
    for (size_t i = 0; i < count; i++)
        inputs[i].category = job->grade.traces[i].category;
    for (size_t i = 0; i < count; i++) {
        if (!contest_admits(&job->grade.traces[i]))
            continue;
        bool counts = job->grade.traces[i].operations >= SCORE_OPERATIONS &&
                      !job->grade.policy.by_instructions;
        double share = counts ? score_share(&job->grade.policy, inputs, count, i) : 0;
        bool two = job->variations[i].made;
        entries[entered++] = race_entry(job, i, two && !on_traces, reference, share);
        if (two)
            entries[entered++] = race_entry(job, i, on_traces, reference, 0);
    }
    free(inputs);
    return entered;
}

/* What a timed run has shown of a trace. */
static void take_times(struct job *job, const struct checked_result *checked,
                       const struct timed_result *timed, struct grade_trace *record)
{
    uint64_t outside = charge_timed_outside(job, timed);
    uint64_t before =
        record->peak_heap - checked->peak_heap - submission_excess(&job->submission);
    record->valid &= !timed->failed;
    record->timed =
        !timed->failed && timed->rounds > 0 && record->operations >= SCORE_OPERATIONS;
    if (outside > before) /* not what the checked run was charged already */
        charge_state(job, record, outside - before);
    charge_utilization(record);
    record->hopeless = record->timed && timed->hopeless;
    record->no_speed = timed->refused_more || (outside > LOG_BYTES && !job->settings.runner);
    record->rounds = (unsigned)timed->rounds;
    record->ns = timed->ns;
    record->reference_ns = timed->reference_ns;
    record->ratio = record->timed ? timed->estimate.ratio : NAN;
    record->log_error = timed->estimate.log_error;
    record->charged_ns = timed->estimate.charged / (double)record->operations * 1e9;
    const struct published_trace *known = yardstick_find(job, record->name);
    uint64_t heap = known ? known->peak_heap : timed->reference_peak_heap;
    record->reference_peak_payload =
        known ? known->peak_payload : timed->reference_peak_payload;
    if (heap && record->reference_peak_payload)
        record->reference_utilization = (double)record->reference_peak_payload / (double)heap;
}

static void report_doubt(struct job *job, const struct race_result *result)
{
    if (!job->settings.official || result->known)
        return;
    findings_add(&job->grade.findings, FINDING_INCONCLUSIVE, NULL, 0,
                 "after %.0f s of timing the points are known only to within %.1f: this grade "
                 "is inconclusive",
                 result->seconds, result->half);
}

void contest_run(struct job *job)
{
    char reference[FILE_PATH];
    snprintf(reference, sizeof reference, "%s/%s/reference", job->settings.kit,
             job->settings.profile->name);
    struct race_entry *entries = must_alloc(2 * job->set.count * sizeof *entries);
    struct race race = {.policy = &job->grade.policy,
                        .official = job->settings.official,
                        .entries = entries,
                        .count = enter_race(job, reference, entries)};
    struct race_result result;
    race_run(&race, &result);
    for (size_t i = 0; i < race.count; i++)
        take_times(job, entries[i].timed.checked, &entries[i].result, entries[i].record);
    variation_compare(job);
    for (size_t i = 0; i < job->set.count; i++)
        variation_choose(job, i);
    instructions_count(job, reference);
    job->grade.timing.varied = job->settings.official && !race.policy->score_on_traces;
    job->grade.timing.half = result.half;
    job->grade.timing.seconds = result.seconds;
    job->grade.timing.known = result.known;
    note("timed in %.2f s: the points are known to within %.2f", result.seconds, result.half);
    report_doubt(job, &result);
    free(entries);
}
