/*
 * mdriver - the referee: grades one submission.
 *
 * Theory of operation. mdriver never links student code. It copies the submission into a
 * folder of its own, has the compiler make a *runner* of it (runner.c), and starts one
 * runner per trace and run, joined to it by three areas of shared memory: the heap, the
 * orders and the replies (process.c, channel.h).
 *
 *     mm.c --compile--> runner <==heap, orders, replies==> mdriver ---> record, report
 *                                                            ^
 *                                traces, policy, reference --+
 *
 * First every trace has its checked run: operation by operation, each pointer and each
 * byte judged (checked.c). Then the valid and scored ones have a timed run beside the
 * reference solution (timed.c). score.c makes points of it, record.c a JSON document, and
 * report.c a page for people. Nothing that a runner says is used before it is checked, and
 * no process that runs student code knows the score.
 *
 * Exit status: 0 graded and clean, 1 graded with findings, 2 our own fault: bad options, a
 * damaged trace, no compiler. In that case there is no grade, and never a zero.
 */
#include "advisor.h"
#include "checked.h"
#include "clock.h"
#include "cores.h"
#include "events.h"
#include "file.h"
#include "grade.h"
#include "history.h"
#include "machine.h"
#include "mixes.h"
#include "orphans.h"
#include "published.h"
#include "quote.h"
#include "race.h"
#include "record.h"
#include "report.h"
#include "sandbox.h"
#include "say.h"
#include "settings.h"
#include "shorten.h"
#include "steps.h"
#include "submission.h"
#include "traceset.h"
#include "vary.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define OUTPUT_BYTES ((size_t)64 << 10)
#define MIB          ((uint64_t)1 << 20)

/* Memory enough for a table that the checked run did not see: its speed is not believed. */
enum { LOG_PAGES = 8 };

/* A private variation of a trace, and how it went. Official grades only. */
struct variation {
    bool made;
    char name[256];
    struct trace trace;
    struct checked_result checked;
    struct grade_trace record; /* what it would have earned */
};

/* Everything that is at hand while one submission is graded. */
struct job {
    struct settings settings;
    struct submission submission;
    struct traceset set;
    struct checked_result *checked; /* per trace */
    struct variation *variations;   /* per trace */
    uint64_t *breaks;               /* per operation, or NULL where nobody asks */
    struct published published;     /* what stands for a reference that is not at hand */
    struct process_rules rules;
    bool filtered;              /* system call filters are in force */
    uint64_t baseline;          /* private pages of a runner that keeps no state */
    uint64_t empty_image_pages; /* pages of that runner's writable data */
    struct grade grade;
};

static void show_progress(const char *what, const char *name, size_t at, size_t of)
{
    if (!isatty(STDERR_FILENO))
        return;
    char *shown = say_escape(name, strlen(name));
    fprintf(stderr, "\r\033[K%s %zu of %zu: %.40s", what, at + 1, of, shown);
    free(shown);
}

static void show_timing(const char *name, size_t at, size_t of)
{
    show_progress("timing", name, at, of);
}

static void end_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* Input */

static void read_policy(struct job *job)
{
    char why[512];
    const char *path = job->settings.policy;
    size_t bytes;
    char *text = file_read(path, POLICY_MAX_BYTES, &bytes, why, sizeof why);
    if (!text)
        die("%s: the policy %s", path, why);
    if (!policy_parse(path, text, bytes, &job->grade.policy, why, sizeof why))
        die("%s", why);
    free(text);
    submission_hash(path, job->grade.policy_sha256);
}

/*
 * The kit holds the reference that `make` built for a policy. Is it this policy's? Where the
 * policy's folder has the file, it must be the same.
 */
static void identify_reference(struct job *job)
{
    const char *policy = job->settings.policy, *slash = strrchr(policy, '/');
    char path[8400], named[65];
    snprintf(path, sizeof path, "%s/modern/reference.c", job->settings.kit);
    if (access(path, R_OK) != 0) /* a kit of staff's own, of a program without a source */
        snprintf(path, sizeof path, "%s/modern/reference", job->settings.kit);
    submission_hash(path, job->grade.reference_sha256);
    snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash - policy + 1) : 0, policy,
             job->grade.policy.reference);
    if (!job->grade.policy.reference[0] || access(path, R_OK) != 0)
        return;
    submission_hash(path, named);
    if (strcmp(named, job->grade.reference_sha256) != 0)
        die("%s names the reference %s, and the kit was built with another one: "
            "run make kit POLICY=%s",
            policy, path, policy);
}

/* A yardstick is worth its table. */
static void read_published(struct job *job)
{
    const char *policy = job->settings.policy, *slash = strrchr(policy, '/');
    char path[8400], why[512];
    size_t bytes;
    if (!job->grade.policy.published[0])
        return;
    snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash - policy + 1) : 0, policy,
             job->grade.policy.published);
    char *text = file_read(path, PUBLISHED_MAX_BYTES, &bytes, why, sizeof why);
    if (!text)
        die("%s: the table that %s names %s", path, policy, why);
    if (!published_parse(path, text, bytes, &job->published, why, sizeof why))
        die("%s", why);
    free(text);
    job->grade.yardstick = true;
}

/* What is known of the reference on this trace, where it is not at hand; or NULL. */
static const struct published_trace *known_reference(const struct job *job, const char *trace)
{
    return published_find(&job->published, job->settings.profile->name, trace);
}

/* A trace of which nothing is published cannot be scored: it is a category of its own. */
static const char *category_of(const struct job *job, const struct traceset_entry *entry)
{
    bool known = !job->grade.yardstick || known_reference(job, entry->name) ||
                 policy_weight(&job->grade.policy, entry->category) == 0;
    return known ? entry->category : PUBLISHED_NOT;
}

/* A student may look at either metric; an official grade has the policy's. */
static void choose_metric(struct job *job)
{
    if (!job->settings.metric)
        return;
    bool instructions = strcmp(job->settings.metric, "instructions") == 0;
    if (job->settings.official && instructions != job->grade.policy.by_instructions)
        die("OFFICIAL=1 grades by the metric that the policy names; leave METRIC out");
    job->grade.policy.by_instructions = instructions;
}

static void read_traces(struct job *job)
{
    for (char **path = job->settings.traces; *path; path++)
        traceset_add(&job->set, *path);
    size_t count = job->grade.trace_count = job->set.count;
    job->checked = must_alloc(count * sizeof *job->checked);
    job->variations = must_alloc(count * sizeof *job->variations);
    job->grade.traces = must_alloc((count + 1) * sizeof *job->grade.traces); /* and fuzz */
    for (size_t i = 0; i < count; i++) {
        const struct traceset_entry *entry = &job->set.entries[i];
        job->grade.traces[i] = (struct grade_trace){
            .name = entry->name,
            .category = category_of(job, entry),
            .path = entry->path,
            .scored = policy_weight(&job->grade.policy, category_of(job, entry)) > 0,
            .operations = entry->trace.count,
            .utilization = NAN,
            .reference_utilization = NAN,
            .instructions = NAN,
            .reference_instructions = NAN,
            .ratio = NAN};
    }
}

/* The mixes are one trace in the grade, the last: valid when each of them is. */
static void add_mixes(struct job *job)
{
    const struct policy *policy = &job->grade.policy;
    if (!job->settings.fuzz || policy->fuzz_traces < 1)
        return;
    job->grade.mixes = (struct mixes){.seed = (uint64_t)policy->fuzz_seed,
                                      .count = (size_t)policy->fuzz_traces};
    job->grade.traces[job->grade.trace_count++] =
        (struct grade_trace){.name = SCORE_FUZZ,
                             .category = SCORE_FUZZ,
                             .scored = policy_weight(policy, SCORE_FUZZ) > 0,
                             .utilization = NAN,
                             .reference_utilization = NAN,
                             .ratio = NAN};
}

/* The heap's address space: as much as the profile wants, or what this machine gives. */
static uint64_t find_room(const struct profile *profile)
{
    for (uint64_t room = profile->heap_room; room >= profile->least_room; room /= 2) {
        struct heap heap;
        if (!heap_open(&heap, room))
            continue;
        heap_close(&heap);
        return room;
    }
    die("this machine gives less than %llu MiB of address space; see `ulimit -v`",
        (unsigned long long)(profile->least_room / MIB));
}

static int open_output(void)
{
    int fd = memfd_create("brklab-output", MFD_CLOEXEC);
    if (fd < 0 || fcntl(fd, F_SETFL, O_APPEND) != 0)
        die("cannot create a file in memory: %s", strerror(errno));
    return fd;
}

static void make_rules(struct job *job)
{
    const struct policy *policy = &job->grade.policy;
    job->rules = (struct process_rules){.heap_start = job->settings.profile->heap_start,
                                        .heap_room = find_room(job->settings.profile),
                                        .resident_limit = (uint64_t)policy->resident_mib * MIB,
                                        .order_seconds = policy->operation_seconds,
                                        .total_seconds = policy->trace_seconds,
                                        .output = open_output()};
    if (!job->settings.runner && !job->settings.bare)
        job->filtered = filter_make(&job->rules.start, &job->rules.run);
}

/* An official grade is worth its protections. What is missing is said, with the cure. */
static void demand_protections(const struct job *job)
{
    if (job->grade.yardstick)
        die("OFFICIAL=1 needs the reference itself, and %s names a yardstick",
            job->settings.policy);
    if (!job->filtered)
        die("OFFICIAL=1 needs system call filters: install libseccomp-dev (make deps), then "
            "make clean; the kernel must have CONFIG_SECCOMP_FILTER");
    if (sandbox_kind() == SANDBOX_NONE)
        die("OFFICIAL=1 needs a confined compiler: install bubblewrap (make deps) and allow "
            "user namespaces (sysctl kernel.unprivileged_userns_clone=1), or run it as root, "
            "with libseccomp-dev installed; make grade V=1 says what fails");
}

static void open_sandbox(const struct job *job)
{
    static char objects[4200];
    const struct settings *settings = &job->settings;
    snprintf(objects, sizeof objects, "%s/%s", settings->kit, settings->profile->name);
    sandbox_open(&(struct sandbox_tools){.kit = settings->kit,
                                         .engine = settings->engine,
                                         .objects = objects,
                                         .compiler = settings->compiler,
                                         .flags = settings->flags,
                                         .link = settings->link},
                 settings->sandbox);
}

static void find_compiler(struct job *job)
{
    const char *compiler = job->settings.compiler;
    if (!machine_compiler(compiler, job->grade.kit.compiler, sizeof job->grade.kit.compiler))
        die("no compiler: '%s' cannot be run; install one (Debian: apt-get install gcc) or "
            "name it with CC=",
            compiler);
}

/* Runs */

/* Pages that static data may fill at most. */
static uint64_t static_pages(const struct job *job)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), bytes = job->submission.static_bytes;
    return submission_excess(&job->submission) ? (bytes + 2 * page - 1) / page : 0;
}

/*
 * Bytes that the submission keeps outside the heap, besides its static data, which counts by
 * the byte already. The pages on which that lies are not charged again, but neither do they
 * excuse others: what counts is the larger of the two. A page more is free where the data
 * of runner and submission have just grown into a new one.
 */
static uint64_t bytes_outside(const struct job *job, const struct checked_result *result)
{
    uint64_t excess = submission_excess(&job->submission);
    uint64_t free_pages =
        job->baseline + (job->submission.image_pages > job->empty_image_pages);
    if (result->private_pages <= free_pages)
        return 0;
    uint64_t bytes = (result->private_pages - free_pages) * (uint64_t)sysconf(_SC_PAGESIZE);
    return bytes > excess ? bytes - excess : 0;
}

/* The same for a timed run, where the runner keeps a copy of all static data besides. */
static uint64_t timed_pages_outside(const struct job *job, const struct timed_result *timed)
{
    uint64_t free_pages = 2 * static_pages(job);
    return timed->private_pages > free_pages ? timed->private_pages - free_pages : 0;
}

/* State outside the heap is heap: it is added to the peak, and said. Not for --runner. */
static void charge_state(const struct job *job, struct grade_trace *record, uint64_t bytes)
{
    if (bytes == 0 || job->settings.runner)
        return;
    record->peak_heap += bytes;
    findings_add(&record->findings, FINDING_PRIVATE_STATE, record->name, 0,
                 "%llu bytes of stack or other private memory were used beyond what a runner "
                 "needs; they count as heap",
                 (unsigned long long)bytes);
}

static void compute_utilization(struct grade_trace *record)
{
    if (record->valid && record->peak_payload)
        record->utilization = (double)record->peak_payload / (double)record->peak_heap;
}

static void check_trace(struct job *job, const struct trace *trace,
                        struct checked_result *result, struct grade_trace *record)
{
    const struct checked_options options = {.program = job->submission.runner,
                                            .name = record->name,
                                            .alignment = job->settings.profile->alignment,
                                            .checkheap = job->settings.checkheap,
                                            .breaks = job->breaks,
                                            .explain = true};
    checked_run(&job->rules, &options, trace, result, &record->findings);
    note("%s: checked in %.0f ms, %.2f us for an operation", record->name,
         result->seconds * 1e3, result->seconds * 1e6 / (double)(result->performed + 1));
    record->valid = result->valid;
    record->peak_payload = result->peak_payload;
    record->peak_heap = result->peak_heap + submission_excess(&job->submission);
    charge_state(job, record, bytes_outside(job, result));
    record->sbrk_calls = result->sbrk_calls;
    record->pages_touched = result->pages_touched;
    compute_utilization(record);
}

/* What a timed run has shown of a trace. */
static void take_times(struct job *job, const struct checked_result *checked,
                       const struct timed_result *timed, struct grade_trace *record)
{
    uint64_t outside = timed_pages_outside(job, timed);
    record->valid &= !timed->failed;
    record->timed = !timed->failed && timed->rounds > 0;
    if (record->peak_heap == checked->peak_heap + submission_excess(&job->submission))
        charge_state(job, record,
                     outside *
                         (uint64_t)sysconf(_SC_PAGESIZE)); /* not what was charged already */
    compute_utilization(record);
    record->hopeless = timed->hopeless;
    record->no_speed = timed->refused_more || (outside > LOG_PAGES && !job->settings.runner);
    record->rounds = (unsigned)timed->rounds;
    record->ns = timed->ns;
    record->reference_ns = timed->reference_ns;
    record->ratio = record->timed ? timed->estimate.ratio : NAN;
    record->log_error = timed->estimate.log_error;
    record->charged_ns = timed->estimate.charged / (double)record->operations * 1e9;
    const struct published_trace *known = known_reference(job, record->name);
    uint64_t heap = known ? known->peak_heap : timed->reference_peak_heap;
    record->reference_peak_payload =
        known ? known->peak_payload : timed->reference_peak_payload;
    if (heap && record->reference_peak_payload)
        record->reference_utilization = (double)record->reference_peak_payload / (double)heap;
}

static void check_all(struct job *job)
{
    char empty[4200];
    snprintf(empty, sizeof empty, "%s/%s/empty", job->settings.kit,
             job->settings.profile->name);
    job->baseline = checked_baseline(&job->rules, empty);
    job->empty_image_pages = submission_image_pages(empty);
    for (size_t i = 0; i < job->set.count; i++) {
        show_progress("checking", job->set.entries[i].name, i, job->set.count);
        check_trace(job, &job->set.entries[i].trace, &job->checked[i], &job->grade.traces[i]);
    }
}

static bool is_timed(const struct grade_trace *trace)
{
    return trace->scored && trace->valid && trace->operations > 0 &&
           strcmp(trace->category, SCORE_FUZZ) != 0;
}

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
    check_trace(job, &v->trace, &v->checked, &v->record);
    findings_move(&record->findings, &v->record.findings);
    record->valid = v->made = v->record.valid;
}

static void check_variations(struct job *job)
{
    for (size_t i = 0; job->settings.official && i < job->set.count; i++) {
        if (!is_timed(&job->grade.traces[i]))
            continue;
        show_progress("checking a variation of", job->set.entries[i].name, i, job->set.count);
        check_variation(job, i);
    }
}

static struct overfit_face face_of(const struct grade_trace *record)
{
    return (struct overfit_face){
        .utilization = record->utilization,
        .reference_utilization = record->reference_utilization,
        .ratio =
            record->operations >= OVERFIT_OPERATIONS && record->timed ? record->ratio : NAN};
}

/* Both faces were timed: compare them, and let the policy's choice score. */
static void choose_face(struct job *job, size_t i)
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
    overfit_judge(record->name, &open, &private, &record->findings);
    record->other = private;
    if (job->grade.policy.score_on_traces)
        return;
    struct grade_trace scored = v->record;
    scored.name = record->name;
    scored.findings = record->findings;
    scored.other = open;
    *record = scored;
}

static void check_mixes(struct job *job)
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
    show_progress("checking", SCORE_FUZZ, job->set.count, job->grade.trace_count);
    mixes_check(&job->rules, &options, mixes, &record->findings);
    note("%s: %zu mixes checked in %.0f ms", SCORE_FUZZ, mixes->run,
         (clock_seconds() - begun) * 1e3);
    record->operations = mixes->operations;
    record->valid = mixes->valid == mixes->count;
}

/* One of the two faces of a trace enters the race. */
static struct race_entry race_entry(const struct job *job, size_t i, bool private,
                                    const char *reference, double share)
{
    const struct variation *v = &job->variations[i];
    struct grade_trace *record = &job->grade.traces[i];
    const struct published_trace *known = known_reference(job, record->name);
    return (struct race_entry){
        .timed = {.rules = &job->rules,
                  .scale = known ? known->ratio : 1,
                  .program = job->submission.runner,
                  .reference = reference,
                  .name = private ? v->name : record->name,
                  .trace = private ? &v->trace : &job->set.entries[i].trace,
                  .checked = private ? &v->checked : &job->checked[i],
                  .window = job->settings.window,
                  .hopeless_ratio = job->grade.policy.throughput_curve.zero},
        .findings = &record->findings,
        .share = share,
        .compared = v->made,
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
        if (!is_timed(&job->grade.traces[i]))
            continue;
        double share = job->grade.policy.by_instructions
                           ? 0
                           : score_share(&job->grade.policy, inputs, count, i);
        bool two = job->variations[i].made;
        entries[entered++] = race_entry(job, i, two && !on_traces, reference, share);
        if (two)
            entries[entered++] = race_entry(job, i, on_traces, reference, 0);
    }
    free(inputs);
    return entered;
}

/* Instructions */

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

static double instruction_ratio(const struct grade_trace *trace)
{
    return trace->reference_instructions / trace->instructions;
}

/* The two metrics, each as a ratio to the reference's, over all traces. */
static void compare_metrics(struct job *job)
{
    double sum = 0, count = 0, factor = job->grade.policy.metrics_factor;
    for (size_t i = 0; i < job->set.count; i++) {
        const struct grade_trace *trace = &job->grade.traces[i];
        double difference = log(trace->ratio / instruction_ratio(trace));
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

static void count_all(struct job *job, const char *reference)
{
    if (!job->settings.official && !job->grade.policy.by_instructions)
        return;
    cores_together(0);
    for (size_t i = 0; i < job->set.count; i++) {
        struct grade_trace *record = &job->grade.traces[i];
        if (!is_timed(record) || !record->timed)
            continue;
        show_progress("counting instructions of", record->name, i, job->set.count);
        count_trace(job, i, reference);
    }
    cores_release();
    compare_metrics(job);
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

static void time_all(struct job *job)
{
    char reference[4200];
    snprintf(reference, sizeof reference, "%s/%s/reference", job->settings.kit,
             job->settings.profile->name);
    struct race_entry *entries = must_alloc(2 * job->set.count * sizeof *entries);
    struct race race = {.policy = &job->grade.policy,
                        .official = job->settings.official,
                        .entries = entries,
                        .count = enter_race(job, reference, entries),
                        .progress = show_timing};
    struct race_result result;
    race_run(&race, &result);
    for (size_t i = 0; i < race.count; i++)
        take_times(job, entries[i].timed.checked, &entries[i].result, entries[i].record);
    for (size_t i = 0; i < job->set.count; i++)
        choose_face(job, i);
    count_all(job, reference);
    job->grade.timing.varied = job->settings.official && !race.policy->score_on_traces;
    job->grade.timing.half = result.half;
    job->grade.timing.seconds = result.seconds;
    job->grade.timing.known = result.known;
    note("timed in %.2f s: the points are known to within %.2f", result.seconds, result.half);
    report_doubt(job, &result);
    free(entries);
}

static void grade_checker(struct job *job)
{
    struct process_rules quiet = job->rules;
    quiet.output = open_output(); /* what it says of damage is not for the report */
    struct checker_job trials = {.rules = &quiet,
                                 .program = job->submission.runner,
                                 .alignment = job->settings.profile->alignment,
                                 .set = &job->set,
                                 .seed = job->settings.seed,
                                 .damages = CHECKER_DAMAGES};
    if (job->settings.damages)
        trials.damages = job->settings.damages;
    show_progress("asking the checker of", job->settings.submission, 0, 1);
    checker_run(&trials, &job->grade.checker);
    end_progress();
    close(quiet.output);
}

/* What the submission printed in the checked runs; the timed ones only repeat it. */
static void read_output(struct grade *grade, int fd)
{
    char *text = must_alloc(OUTPUT_BYTES);
    ssize_t got = pread(fd, text, OUTPUT_BYTES, 0);
    grade->output = text;
    grade->output_bytes = got > 0 ? (size_t)got : 0;
    grade->output_cut = grade->output_bytes == OUTPUT_BYTES;
}

static void run(struct job *job)
{
    double begun = clock_seconds();
    check_all(job);
    check_variations(job);
    check_mixes(job);
    if (job->settings.profile->classic)
        advisor_ask(&job->rules, job->submission.runner, &job->grade.findings);
    job->grade.seconds.checked = clock_seconds() - begun;
    read_output(&job->grade, job->rules.output);
    if (job->grade.policy.checker > 0)
        grade_checker(job);
    begun = clock_seconds();
    time_all(job);
    job->grade.seconds.timed = clock_seconds() - begun;
    end_progress();
}

/* The history of one trace instead of a grade */

static void save_events(const struct job *job)
{
    const char *path = job->settings.events;
    const struct events events = {.submission = job->settings.submission,
                                  .trace_name = job->set.entries[0].name,
                                  .trace = &job->set.entries[0].trace,
                                  .result = &job->checked[0],
                                  .breaks = job->breaks,
                                  .findings = &job->grade.traces[0].findings,
                                  .heap_start = job->rules.heap_start,
                                  .heap_room = job->rules.heap_room,
                                  .alignment = job->settings.profile->alignment};
    FILE *out = fopen(path, "w");
    if (!out)
        die("%s: cannot be written: %s", path, strerror(errno));
    events_write(&events, out);
    if (ferror(out) || fclose(out) != 0)
        die("%s: could not be written in full: %s", path, strerror(errno));
}

static void watch_one(struct job *job)
{
    if (job->set.count != 1)
        die("the heap is drawn for one trace at a time; these are %zu", job->set.count);
    job->breaks = must_alloc((job->set.entries[0].trace.count + 1) * sizeof *job->breaks);
    check_all(job);
    end_progress();
    read_output(&job->grade, job->rules.output);
    save_events(job);
}

/* A short trace instead of a grade */

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

/* The grade */

/* Mean utilization and mean speed, for display; points are not made of them. */
static void summarize(struct grade *grade, const struct score_trace *inputs)
{
    size_t count = grade->trace_count;
    double *utilization = must_alloc(count * sizeof *utilization);
    double *speed = must_alloc(count * sizeof *speed), variance = 0, timed = 0;
    for (size_t i = 0; i < count; i++) {
        const struct grade_trace *trace = &grade->traces[i];
        utilization[i] = trace->valid ? trace->utilization : NAN;
        speed[i] = trace->timed ? log(trace->ratio) : NAN;
        if (!trace->timed || trace->hopeless)
            continue;
        variance += trace->log_error * trace->log_error;
        timed++;
    }
    double mean = score_mean(&grade->policy, inputs, speed, count);
    double width = timed > 0 ? 1.96 * sqrt(variance) / timed : NAN;
    grade->utilization = score_mean(&grade->policy, inputs, utilization, count);
    grade->ratio = exp(mean);
    grade->low = exp(mean - width);
    grade->high = exp(mean + width);
    free(utilization);
    free(speed);
}

/*
 * What the score is made of. An allocator that says NULL where the reference has memory may
 * be right to do so (a trace can ask for more than the heap holds when nothing is reused),
 * but it carries less payload, and being quick at refusing is no speed. Nor is it speed to
 * answer from tables outside the heap.
 */
static struct score_trace score_input(const struct policy *policy,
                                      const struct grade_trace *trace)
{
    double own = trace->utilization, theirs = trace->reference_utilization;
    double ratio = policy->by_instructions ? instruction_ratio(trace) : trace->ratio;
    if (trace->peak_payload < trace->reference_peak_payload)
        own *= (double)trace->peak_payload / (double)trace->reference_peak_payload;
    return (struct score_trace){.category = trace->category,
                                .valid = trace->valid,
                                .utilization = isnan(own) && !isnan(theirs) ? 0 : own / theirs,
                                .ratio = trace->no_speed ? NAN : ratio};
}

static void compute_score(struct grade *grade)
{
    struct score_trace *inputs = must_alloc(grade->trace_count * sizeof *inputs);
    for (size_t i = 0; i < grade->trace_count; i++)
        inputs[i] = score_input(&grade->policy, &grade->traces[i]);
    grade->score = score_compute(&grade->policy, inputs, grade->trace_count);
    if (grade->policy.checker > 0)
        score_add_checker(&grade->score, &grade->policy, grade->checker.rate,
                          (double)grade->checker.alarms / (double)grade->checker.asked);
    summarize(grade, inputs);
    for (size_t i = 0; i < grade->trace_count; i++)
        grade->traces[i].counted = inputs[i];
    free(inputs);
}

/* More operations than these nobody follows by hand. */
enum { SHORT_TRACE = 40 };

/* Findings that a single checked run of a part of the trace may show again. */
static bool can_shrink(const struct finding *finding)
{
    return finding_severity(finding->code) == SEVERITY_ERROR &&
           finding->code != FINDING_NONDETERMINISTIC && finding->code != FINDING_BUSY;
}

/* The command that shows a finding again, and more of it. `trace` NULL: it has none. */
static void advise(const struct settings *settings, struct findings *list,
                   const struct grade_trace *trace)
{
    char next[8400], submission[4096], path[4096];
    const char *classic = settings->profile->classic ? " PROFILE=classic" : "";
    quote_word(settings->submission, submission, sizeof submission);
    if (trace)
        quote_word(trace->path, path, sizeof path);
    for (size_t i = 0; i < list->count; i++) {
        struct finding *finding = &list->items[i];
        if (!trace)
            snprintf(next, sizeof next, "correct it, then make grade SUBMISSION=%s",
                     submission);
        else if (can_shrink(finding) && trace->operations > SHORT_TRACE)
            snprintf(next, sizeof next, "make shrink SUBMISSION=%s TRACE=%s%s%s", submission,
                     path, classic, settings->checkheap ? " CHECKHEAP=1" : "");
        else if ((settings->checkheap || settings->shrink) && finding->line)
            snprintf(next, sizeof next, "make gdb SUBMISSION=%s TRACE=%s LINE=%u%s", submission,
                     path,
                     finding->culprit.trace_line ? finding->culprit.trace_line : finding->line,
                     classic);
        else
            snprintf(next, sizeof next, "make grade SUBMISSION=%s TRACES=%s%s", submission,
                     path, *classic ? classic : " CHECKHEAP=1");
        finding->next = must_copy(next);
    }
}

/* A mix is in no file yet: the command writes it and grades it alone. */
static void advise_mixes(const struct settings *settings, struct findings *list)
{
    char next[12600], submission[4096], policy[4096];
    quote_word(settings->submission, submission, sizeof submission);
    quote_word(settings->policy, policy, sizeof policy);
    for (size_t i = 0; i < list->count; i++) {
        const char *number = strchr(list->items[i].trace, '-');
        snprintf(next, sizeof next, "make fuzz-mix MIX=%s POLICY=%s SUBMISSION=%s%s",
                 number ? number + 1 : "0", policy, submission,
                 settings->profile->classic ? " PROFILE=classic" : " CHECKHEAP=1");
        list->items[i].next = must_copy(next);
    }
}

/* Returns how many findings there are. */
static size_t advise_all(struct job *job)
{
    struct grade *grade = &job->grade;
    size_t count = grade->findings.count;
    advise(&job->settings, &grade->findings, NULL);
    for (size_t i = 0; i < grade->trace_count; i++) {
        if (grade->traces[i].path)
            advise(&job->settings, &grade->traces[i].findings, &grade->traces[i]);
        else
            advise_mixes(&job->settings, &grade->traces[i].findings);
        count += grade->traces[i].findings.count;
    }
    return count;
}

/* Each layer that keeps student code in its place, and whether it was there. */
static void list_protections(struct job *job)
{
    const char *missing = job->settings.runner || job->settings.bare ? "off" : "not available";
    const char *filter = job->filtered ? "on" : missing;
    const char *compiler = sandbox_kind() == SANDBOX_NONE ? missing : "on";
    const struct grade_protection list[] = {{"separate_process", "on"},
                                            {"sealed_orders", "on"},
                                            {"resource_limits", "on"},
                                            {"system_call_filter", filter},
                                            {"confined_compiler", compiler}};
    _Static_assert(sizeof list == sizeof job->grade.protections, "one entry per layer");
    memcpy(job->grade.protections, list, sizeof list);
}

static void describe_job(struct job *job)
{
    struct grade *grade = &job->grade;
    grade->submission = job->settings.submission;
    grade->profile = job->settings.profile->name;
    grade->official = job->settings.official;
    memcpy(grade->sha256, job->submission.sha256, sizeof grade->sha256);
    grade->static_bytes = job->submission.static_bytes;
    list_protections(job);
    static const char *const sandboxes[] = {[SANDBOX_NONE] = "none",
                                            [SANDBOX_NAMESPACES] = "namespaces",
                                            [SANDBOX_USER] = "another user"};
    grade->kit.sandbox = sandboxes[sandbox_kind()];
    grade->kit.version = KIT_VERSION;
    grade->kit.flags = job->settings.flags;
    grade->kit.heap_room = job->rules.heap_room;
    machine_processor(grade->kit.machine, sizeof grade->kit.machine);
    machine_system(grade->kit.system, sizeof grade->kit.system);
}

/* For the modes that look at one thing only. Returns the exit status. */
static int end_without_grade(struct job *job)
{
    bool colour = isatty(STDOUT_FILENO);
    if (job->grade.built && job->settings.events)
        watch_one(job);
    else if (job->grade.built && job->settings.shrink)
        shrink_one(job);
    else if (job->grade.built)
        grade_checker(job);
    size_t found = advise_all(job);
    report_findings(&job->grade, stdout, colour);
    if (job->grade.built && job->settings.checker)
        report_checker(&job->grade, stdout);
    return found ? 1 : 0;
}

int main(int argc, char **argv)
{
    static struct job job;
    orphans_adopt();
    signal(SIGPIPE, SIG_IGN); /* `make grade | head` ends quietly, and in order */
    settings_read(&job.settings, argc, argv);
    read_policy(&job);
    identify_reference(&job);
    read_published(&job);
    choose_metric(&job);
    read_traces(&job);
    if (job.grade.policy.checker > 0 && job.settings.profile->classic)
        die("%s gives points for the heap checker, which is called with PROFILE=modern only",
            job.settings.policy);
    add_mixes(&job);
    make_rules(&job);
    find_compiler(&job);
    if (!job.settings.runner)
        open_sandbox(&job);
    submission_take(&job.submission, &job.settings);
    if (job.settings.official)
        demand_protections(&job);
    double begun = clock_seconds();
    job.grade.built = submission_build(&job.submission, &job.settings, &job.grade.findings);
    job.grade.seconds.compile = clock_seconds() - begun;
    if (job.grade.policy.advice_macros > 0 && !job.settings.runner)
        submission_report_macros(&job.submission, &job.grade.findings);
    if (job.settings.events || job.settings.checker || job.settings.shrink)
        return end_without_grade(&job);
    if (job.grade.built)
        run(&job);
    describe_job(&job);
    compute_score(&job.grade);
    size_t findings = advise_all(&job);
    if (job.settings.record)
        record_save(&job.grade, job.settings.record);
    report_print(&job.grade, stdout, isatty(STDOUT_FILENO));
    if (job.settings.history && job.grade.built && !job.settings.official)
        history_update(job.settings.history, &job.grade, stdout);
    return findings ? 1 : 0;
}
