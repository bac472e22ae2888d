#include "input.h"
#include "file.h"
#include "machine.h"
#include "quote.h"
#include "say.h"
#include "variation.h"
#include "yardstick.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void input_name_beside_policy(const struct job *job, const char *file, char *path, size_t bytes)
{
    const char *policy = job->settings.policy, *slash = strrchr(policy, '/');
    snprintf(path, bytes, "%.*s%s", slash ? (int)(slash - policy + 1) : 0, policy, file);
}

void input_read_policy(struct job *job)
{
    policy_read(job->settings.policy, &job->grade.policy);
    submission_hash(job->settings.policy, job->grade.policy_sha256);
}

void input_identify_reference(struct job *job)
{
    const char *policy = job->settings.policy;
    char path[FILE_PATH], named[65], word[FILE_PATH];
    snprintf(path, sizeof path, "%s/modern/reference.c", job->settings.kit);
    if (access(path, R_OK) != 0) /* a kit of staff's own, of a program without a source */
        snprintf(path, sizeof path, "%s/modern/reference", job->settings.kit);
    submission_hash(path, job->grade.reference_sha256);
    input_name_beside_policy(job, job->grade.policy.reference, path, sizeof path);
    if (!job->grade.policy.reference[0] || access(path, R_OK) != 0)
        return;
    submission_hash(path, named);
    if (strcmp(named, job->grade.reference_sha256) != 0)
        die("%s names the reference %s, and the kit was built with another one: "
            "run make kit POLICY=%s",
            policy, path, quote_word(policy, word, sizeof word));
}

void input_choose_metric(struct job *job)
{
    if (!job->settings.metric)
        return;
    bool instructions = strcmp(job->settings.metric, "instructions") == 0;
    if (job->settings.official && instructions != job->grade.policy.by_instructions)
        die("OFFICIAL=1 grades by the metric that the policy names; leave METRIC out");
    job->grade.policy.by_instructions = instructions;
}

/* A trace of which nothing is known yet. */
static struct grade_trace unknown(const struct job *job, const char *name, const char *category)
{
    return (struct grade_trace){.name = name,
                                .category = category,
                                .scored = policy_weight(&job->grade.policy, category) > 0,
                                .utilization = NAN,
                                .reference_utilization = NAN,
                                .instructions = NAN,
                                .reference_instructions = NAN,
                                .no_instructions = "the trace was not timed",
                                .ratio = NAN};
}

void input_read_traces(struct job *job)
{
    for (char **path = job->settings.traces; *path; path++)
        traceset_add(&job->set, *path);
    size_t count = job->grade.trace_count = job->set.count;
    job->checked = must_alloc(count * sizeof *job->checked);
    job->variations = must_alloc(count * sizeof *job->variations);
    job->grade.traces = must_alloc((count + 1) * sizeof *job->grade.traces); /* and fuzz */
    for (size_t i = 0; i < count; i++) {
        const struct traceset_entry *entry = &job->set.entries[i];
        struct grade_trace *record = &job->grade.traces[i];
        *record = unknown(job, entry->name, yardstick_category(job, entry));
        record->path = entry->path;
        record->operations = entry->trace.count;
    }
}

void input_add_mixes(struct job *job)
{
    const struct policy *policy = &job->grade.policy;
    if (!job->settings.fuzz || policy->fuzz_traces < 1)
        return;
    job->grade.mixes = (struct mixes){.seed = (uint64_t)policy->fuzz_seed,
                                      .count = (size_t)policy->fuzz_traces};
    job->grade.traces[job->grade.trace_count++] = unknown(job, SCORE_FUZZ, SCORE_FUZZ);
}

void input_find_compiler(struct job *job)
{
    const char *compiler = job->settings.compiler;
    if (!machine_compiler(compiler, job->grade.kit.compiler, sizeof job->grade.kit.compiler))
        die("no compiler: '%s' cannot be run; install one (Debian: apt-get install gcc) or "
            "name it with CC=",
            compiler);
}
