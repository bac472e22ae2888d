#include "inspection.h"
#include "advice.h"
#include "events.h"
#include "file.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "say.h"
#include "shorten.h"
#include "trial.h"
#include <stdio.h>
#include <unistd.h>

/* The history of one trace */

static void save_events(const struct job *job)
{
    const struct events events = {.submission = job->settings.submission,
                                  .trace_name = job->set.entries[0].name,
                                  .trace = &job->set.entries[0].trace,
                                  .result = &job->checked[0],
                                  .breaks = job->checked[0].breaks,
                                  .findings = &job->grade.traces[0].findings,
                                  .heap_start = job->rules.heap_start,
                                  .heap_room = job->rules.heap_room,
                                  .alignment = job->settings.profile->alignment};
    FILE *out = file_create(job->settings.events);
    events_write(&events, out);
    file_finish(out, job->settings.events);
}

static void watch_one(struct job *job)
{
    if (job->set.count != 1)
        die("the heap is drawn for one trace at a time; these are %zu", job->set.count);
    trial_check_all(job);
    progress_end();
    output_read(&job->grade, job->rules.output);
    save_events(job);
}

/* A short trace */

static void shrink_one(struct job *job)
{
    struct grade_trace *record = &job->grade.traces[0];
    if (job->set.count != 1)
        die("one trace is shrunk at a time; these are %zu", job->set.count);
    const struct shorten_options options = {.program = job->submission.runner,
                                            .name = record->name,
                                            .out = job->settings.shrink,
                                            .alignment = job->settings.profile->alignment,
                                            .checkheap = job->settings.checkheap};
    shorten(&job->rules, &options, &job->set.entries[0].trace, &record->findings);
    record->path = job->settings.shrink;
    record->operations = 0; /* it is short now */
}

/* Any of them */

size_t inspection_run(struct job *job)
{
    if (job->grade.built && job->settings.events)
        watch_one(job);
    else if (job->grade.built && job->settings.shrink)
        shrink_one(job);
    else if (job->grade.built)
        trial_grade_checker(job);
    size_t findings = advice_add(job);
    report_findings(&job->grade, stdout, say_can_colour(STDOUT_FILENO));
    if (job->grade.built && job->settings.checker)
        report_checker(&job->grade, stdout);
    return findings;
}
