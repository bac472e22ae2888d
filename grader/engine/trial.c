#include "trial.h"
#include "charge.h"
#include "clock.h"
#include "file.h"
#include "output.h"
#include "progress.h"
#include "say.h"
#include <stdio.h>
#include <unistd.h>

void trial_check(struct job *job, const struct trace *trace, struct checked_result *result,
                 struct grade_trace *record)
{
    uint64_t *breaks = must_alloc((trace->count + 1) * sizeof *breaks);
    const struct checked_options options = {.program = job->submission.runner,
                                            .name = record->name,
                                            .alignment = job->settings.profile->alignment,
                                            .checkheap = job->settings.checkheap,
                                            .breaks = breaks,
                                            .explain = true,
                                            .order_seconds = job->baseline.order_seconds};
    checked_run(&job->rules, &options, trace, result, &record->findings);
    result->breaks = breaks;
    note("%s: checked in %.0f ms, %.2f us for an operation", record->name,
         result->seconds * 1e3, result->seconds * 1e6 / (double)(result->performed + 1));
    record->valid = result->valid;
    record->peak_payload = result->peak_payload;
    record->peak_heap = result->peak_heap + submission_excess(&job->submission);
    charge_state(job, record, charge_bytes_outside(job, result));
    record->sbrk_calls = result->sbrk_calls;
    record->pages_touched = result->pages_touched;
    charge_utilization(record);
}

void trial_check_all(struct job *job)
{
    char empty[FILE_PATH];
    snprintf(empty, sizeof empty, "%s/%s/empty", job->settings.kit,
             job->settings.profile->name);
    job->baseline = checked_baseline(&job->rules, empty);
    job->empty_image_pages = submission_image_pages(empty);
    for (size_t i = 0; i < job->set.count; i++) {
        progress_show("checking", job->set.entries[i].name, i, job->set.count);
        trial_check(job, &job->set.entries[i].trace, &job->checked[i], &job->grade.traces[i]);
    }
}

void trial_check_mixes(struct job *job)
{
    struct mixes *mixes = &job->grade.mixes;
    struct grade_trace *record = &job->grade.traces[job->set.count];
    const struct checked_options options = {.program = job->submission.runner,
                                            .alignment = job->settings.profile->alignment,
                                            .checkheap = job->settings.checkheap,
                                            .brief = true};
    if (mixes->count == 0)
        return;
    double begun = clock_seconds();
    progress_show("checking", SCORE_FUZZ, job->set.count, job->grade.trace_count);
    mixes_check(&job->rules, &options, mixes, &record->findings);
    note("%s: %zu mixes checked in %.0f ms", SCORE_FUZZ, mixes->run,
         (clock_seconds() - begun) * 1e3);
    record->operations = mixes->operations;
    record->valid = mixes->valid == mixes->count;
}

void trial_grade_checker(struct job *job)
{
    struct process_rules quiet = job->rules;
    quiet.output = output_open(); /* what it says of damage is not for the report */
    struct checker_job trials = {.rules = &quiet,
                                 .program = job->submission.runner,
                                 .alignment = job->settings.profile->alignment,
                                 .set = &job->set,
                                 .seed = job->settings.seed,
                                 .damages = CHECKER_DAMAGES};
    if (job->settings.damages)
        trials.damages = job->settings.damages;
    progress_show("asking the checker of", job->settings.submission, 0, 1);
    checker_run(&trials, &job->grade.checker);
    progress_end();
    close(quiet.output);
}
