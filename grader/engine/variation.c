#include "variation.h"
#include "contest.h"
#include "output.h"
#include "progress.h"
#include "trial.h"
#include "vary.h"
#include <math.h>
#include <stdio.h>
#include <unistd.h>

/* An error there is one of the trace: what it must do is the same. */
static void check_variation(struct job *job, size_t i)
{
    struct grade_trace *record = &job->grade.traces[i];
    struct variation *v = &job->variations[i];
    uint64_t seed = vary_seed((uint64_t)job->grade.policy.score_seed, record->name);
    snprintf(v->name, sizeof v->name, "%.240s~private", record->name);
    vary_trace(&job->set.entries[i].trace, seed, &v->trace);
    v->record = *record;
    v->record.name = v->name;
    v->record.findings = (struct findings){0};
    trial_check(job, &v->trace, &v->checked, &v->record);
    findings_move(&record->findings, &v->record.findings);
    record->valid = v->made = v->record.valid;
}

/* What is printed meanwhile is not kept: it may tell of the variation, and students read it. */
void variation_check_all(struct job *job)
{
    int kept = job->rules.output;
    if (!job->settings.official)
        return;
    job->rules.output = output_open();
    for (size_t i = 0; i < job->set.count; i++) {
        if (!contest_admits(&job->grade.traces[i]))
            continue;
        progress_show("checking a variation of", job->set.entries[i].name, i, job->set.count);
        check_variation(job, i);
    }
    close(job->rules.output);
    job->rules.output = kept;
}

static struct overfit_face face_of(const struct grade_trace *record)
{
    return (struct overfit_face){
        .utilization = record->utilization,
        .reference_utilization = record->reference_utilization,
        .ratio =
            record->operations >= OVERFIT_OPERATIONS && record->timed ? record->ratio : NAN};
}

/* The two faces of trace `i`; false if they cannot be compared. */
static bool faces_of(const struct job *job, size_t i, struct overfit_face *open,
                     struct overfit_face *private)
{
    const struct grade_trace *record = &job->grade.traces[i];
    const struct variation *v = &job->variations[i];
    *open = face_of(record);
    *private = face_of(&v->record);
    return v->made && v->record.valid && record->valid;
}

/* How many traces can be compared, and on how many of them the advantage vanishes. */
static size_t count_faces(const struct job *job, size_t *shown)
{
    struct overfit_face open, private;
    size_t compared = 0;
    *shown = 0;
    for (size_t i = 0; i < job->set.count; i++)
        if (faces_of(job, i, &open, &private)) {
            *shown += overfit_shows(&open, &private);
            compared++;
        }
    return compared;
}

void variation_compare(struct job *job)
{
    struct overfit_face open, private;
    size_t shown, compared = count_faces(job, &shown);
    if (shown * OVERFIT_TRACES <= compared)
        return;
    for (size_t i = 0; i < job->set.count; i++)
        if (faces_of(job, i, &open, &private))
            overfit_judge(job->grade.traces[i].name, &open, &private,
                          &job->grade.traces[i].findings);
}

void variation_choose(struct job *job, size_t i)
{
    struct grade_trace *record = &job->grade.traces[i];
    struct variation *v = &job->variations[i];
    if (!v->made)
        return;
    struct overfit_face open = face_of(record), private = face_of(&v->record);
    findings_move(&record->findings, &v->record.findings);
    record->valid &= v->record.valid;
    if (!record->valid)
        return;
    record->other = private;
    if (job->grade.policy.score_on_traces)
        return;
    struct grade_trace scored = v->record;
    scored.name = record->name;
    scored.findings = record->findings;
    scored.other = open;
    *record = scored;
}
