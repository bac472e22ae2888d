#include "timed.h"
#include "clock.h"
#include "estimate.h"
#include "fill.h"
#include "outcome.h"
#include "say.h"
#include "stats.h"
#include "usage.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { MAX_ROUNDS = 25, MIN_ROUNDS = 3, EMPTY_WINDOWS = 15, WARM_OPERATIONS = 512 };

/* Of passes longer than this, two rounds are enough: noise averages out within them. */
#define LONG_PASS_SECONDS 0.03

/* A block of so many bytes is worth not clearing, or not copying. */
#define LARGE_BYTES 16384

/*
 * A waiting runner uses no processor time. On a busy machine it may still be on its way to
 * sleep, so only a share of the other's time, and in most rounds, is an accusation.
 */
#define BUSY_SHARE   0.1
#define BUSY_SECONDS 200e-6

/* Private pages may differ by so many: where a stack begins in its page is random here. */
enum { TIMED_PAGES_FREE = 2 };

/* A hopeless pass is stopped only when it is beyond doubt. */
#define HOPELESS_MARGIN 1.5

enum pass_end { PASS_COMPLETE, PASS_CUT, PASS_FAILED };

struct side {
    struct process process;
    const struct checked_result *expected; /* NULL for the reference */
    struct usage usage;                    /* what the program does with its payloads */
    double *times;                         /* of each window of each round, estimate.h */
    double begun;                          /* running time at the start of the pass */
    double limit;                          /* more running time than this is hopeless */
};

struct match {
    const struct timed_options *options;
    const struct trace *trace;
    struct side student, reference;
    struct findings *findings;
    size_t *ends, windows;      /* where each window of the trace ends */
    struct process_rules rules; /* a window may take as long as a hopeless pass */
    double empty_window;        /* seconds that a hand-over alone takes */
    unsigned busy_rounds;       /* in which the student's runner did not wait quietly */
    uint64_t coin;
};

static uint64_t toss(struct match *match)
{
    return match->coin = fill_mix(match->coin);
}

static void accuse_difference(struct match *match, size_t index, uint64_t was, uint64_t is)
{
    char name[64];
    const struct operation *op = &match->trace->operations[index];
    findings_add(match->findings, FINDING_NONDETERMINISTIC, match->options->name, op->line,
                 "%s returned 0x%" PRIx64 " in the checked run and 0x%" PRIx64
                 " in the timed run of the same trace",
                 operation_name(op, name), was, is);
}

/* The pointers of a window that starts at operation `first`; replies are a stranger's. */
static bool same_pointers(struct match *match, const struct side *side, size_t first,
                          size_t count)
{
    const volatile uint64_t *replies = side->process.replies->pointers;
    for (size_t i = 0; side->expected && i < count; i++) {
        uint64_t is = replies[i], was = side->expected->pointers[first + i];
        if (is == was)
            continue;
        accuse_difference(match, first + i, was, is);
        return false;
    }
    return true;
}

static bool same_heap(struct match *match, const struct side *side)
{
    uint64_t peak = *(volatile uint64_t *)&side->process.replies->break_peak;
    if (!side->expected || peak == side->expected->peak_heap)
        return true;
    findings_add(match->findings, FINDING_NONDETERMINISTIC, match->options->name, 0,
                 "the heap reached %" PRIu64 " bytes in the checked run and %" PRIu64
                 " in the timed run of the same trace",
                 side->expected->peak_heap, peak);
    return false;
}

static double perform_window(struct process *p, size_t count, enum outcome *outcome)
{
    double begun = clock_seconds();
    *outcome = process_perform(p, (uint32_t)count);
    return clock_seconds() - begun;
}

/* Without the hand-over, and without what the other side, on the same core, took meanwhile. */
static double perform_alone(struct match *match, struct side *side, size_t count,
                            enum outcome *outcome)
{
    struct side *other = side == &match->student ? &match->reference : &match->student;
    double taken = process_seconds(&other->process);
    double seconds = perform_window(&side->process, count, outcome);
    taken = process_seconds(&other->process) - taken + match->empty_window;
    return seconds - (taken < seconds / 2 ? taken : seconds / 2);
}

/* A runner that did not do in the timed run what it did in the checked one. */
static enum pass_end fail_pass(struct match *match, struct side *side, enum outcome outcome,
                               uint32_t line)
{
    if (side == &match->reference)
        die("the reference solution failed on trace %s; run `make check`",
            match->options->name);
    outcome_report(match->findings, &side->process, NULL, outcome, match->options->program,
                   match->options->name, line,
                   "in the timed run, an operation at or after this line");
    return PASS_FAILED;
}

static bool judge_payload(struct match *match, const struct side *side, uint32_t id,
                          size_t last)
{
    if (id == UINT32_MAX || !side->expected)
        return true;
    findings_add(match->findings, FINDING_NONDETERMINISTIC, match->options->name,
                 match->trace->operations[last].line,
                 "block %" PRIu32 " lost its bytes in the timed run, and kept them in the "
                 "checked run of the same trace; seen at this line",
                 id);
    return false;
}

/*
 * Between windows, untimed: the program reads and writes its payloads. Now and then, and an
 * allocator cannot know when, it reads all of them.
 */
static bool settle_window(struct match *match, struct side *side, size_t last)
{
    uint32_t id = usage_settle(&side->usage, &side->process.heap);
    if (id == UINT32_MAX && side->expected && toss(match) % 16 == 0)
        id = usage_verify(&side->usage, &side->process.heap);
    return judge_payload(match, side, id, last);
}

/* The pointers of a stretch of operations, known to be right or of the reference. */
static const uint64_t *pointers_of(const struct side *side, size_t first)
{
    return side->expected ? &side->expected->pointers[first] : side->process.replies->pointers;
}

/* How many operations of a window warm up the caches that the referee has just used. */
static size_t warming(size_t count)
{
    return count / 8 < WARM_OPERATIONS ? count / 8 : WARM_OPERATIONS;
}

/*
 * Where each window ends. A window is CHANNEL_WINDOW operations, or fewer: it ends before the
 * free or realloc of a large block that was made in it. Such a block's bytes would be gone
 * before the referee could see whether calloc cleared and realloc copied them.
 */
static void cut_windows(struct match *match)
{
    const struct trace *trace = match->trace;
    size_t *made = must_alloc((trace->ids + (size_t)1) * sizeof *made), start = 0;
    match->ends = must_alloc((trace->count + 1) * sizeof *match->ends);
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        bool ends = op->kind == OP_FREE || op->kind == OP_REALLOC;
        if (i - start == CHANNEL_WINDOW || (ends && made[op->id] > start)) {
            match->ends[match->windows++] = i;
            start = i;
        }
        made[op->id] = op->kind != OP_FREE && operation_bytes(op) >= LARGE_BYTES ? i + 1 : 0;
    }
    match->ends[match->windows++] = trace->count;
    free(made);
}

static double timed_operations(const struct match *match)
{
    size_t timed = 0, at = 0;
    for (size_t w = 0; w < match->windows; at = match->ends[w++])
        timed += match->ends[w] - at - warming(match->ends[w] - at);
    return (double)timed;
}

/* Running time and not wall time: a busy machine makes no allocator hopeless. */
static double pass_seconds(const struct side *side)
{
    return process_seconds(&side->process) - side->begun;
}

/* Operations in one go; *seconds is how long they took. */
static enum pass_end run_stretch(struct match *match, struct side *side, size_t at,
                                 size_t count, double *seconds)
{
    const struct operation *operations = &match->trace->operations[at];
    enum outcome outcome;
    memcpy(side->process.orders->operations, operations, count * sizeof *operations);
    *seconds = perform_alone(match, side, count, &outcome);
    if ((outcome == OUTCOME_DONE || outcome == OUTCOME_TIMEOUT) &&
        pass_seconds(side) > side->limit)
        return PASS_CUT;
    if (outcome != OUTCOME_DONE)
        return fail_pass(match, side, outcome, operations[0].line);
    if (!same_pointers(match, side, at, count))
        return PASS_FAILED;
    usage_follow(&side->usage, operations, pointers_of(side, at), count);
    return PASS_COMPLETE;
}

static enum pass_end run_window(struct match *match, struct side *side, size_t at, size_t count,
                                double *seconds)
{
    size_t warm = warming(count);
    double untimed;
    enum pass_end end = run_stretch(match, side, at, warm, &untimed);
    if (end == PASS_COMPLETE)
        end = run_stretch(match, side, at + warm, count - warm, seconds);
    if (end == PASS_COMPLETE && !settle_window(match, side, at + count - 1))
        end = PASS_FAILED;
    return end;
}

/* The whole trace on an empty heap; times are kept as those of `round`. */
static enum pass_end run_pass(struct match *match, struct side *side, unsigned round)
{
    bool ready = false;
    heap_zero(&side->process.heap);
    usage_restart(&side->usage);
    enum outcome outcome = process_init(&side->process, &ready);
    if (outcome != OUTCOME_DONE || !ready)
        return fail_pass(match, side, outcome == OUTCOME_DONE ? OUTCOME_EXIT : outcome, 0);
    side->begun = process_seconds(&side->process);
    double *seconds = side->times + round * match->windows;
    for (size_t w = 0, at = 0; w < match->windows; at = match->ends[w++]) {
        enum pass_end end = run_window(match, side, at, match->ends[w] - at, seconds++);
        if (end != PASS_COMPLETE)
            return end;
    }
    uint32_t id = side->expected ? usage_verify(&side->usage, &side->process.heap) : UINT32_MAX;
    bool good = judge_payload(match, side, id, match->trace->count - 1);
    return good && same_heap(match, side) ? PASS_COMPLETE : PASS_FAILED;
}

/*
 * By the reference, before the student's runner exists: what a hand-over costs is not for a
 * submission to say, nor to influence.
 */
static void measure_empty_window(struct match *match)
{
    double samples[EMPTY_WINDOWS];
    enum outcome outcome;
    for (size_t i = 0; i < EMPTY_WINDOWS; i++)
        samples[i] = perform_window(&match->reference.process, 0, &outcome);
    match->empty_window = stats_median(samples, EMPTY_WINDOWS);
}

/* The heap's file ends at the highest break, so that no page appears while the clock runs. */
static void seat(struct match *match, struct side *side, const char *program,
                 const struct checked_result *expected)
{
    uint64_t room = match->rules.heap_room;
    side->expected = expected;
    process_start(&side->process, &match->rules, program, PLACE_WITH_US, match->trace->ids);
    usage_open(&side->usage, match->trace->ids, match->rules.heap_start);
    side->usage.key = toss(match);
    side->times = must_alloc(MAX_ROUNDS * match->windows * sizeof *side->times);
    side->limit = INFINITY;
    heap_set_file(&side->process.heap, expected ? expected->peak_heap : room);
}

/* The student's runner should wait meanwhile: who computes now slows the other down. */
static void run_reference_watched(struct match *match, unsigned round)
{
    double begun = clock_seconds(), idle = process_seconds(&match->student.process);
    run_pass(match, &match->reference, round);
    idle = process_seconds(&match->student.process) - idle;
    double share = idle / (clock_seconds() - begun);
    match->busy_rounds += idle > BUSY_SECONDS && share > BUSY_SHARE;
}

static bool judge_busy(struct match *match, unsigned rounds)
{
    if (2 * match->busy_rounds <= rounds)
        return true;
    findings_add(match->findings, FINDING_BUSY, match->options->name, 0,
                 "the allocator used the processor while it should have waited, in %u of %u "
                 "rounds",
                 match->busy_rounds, rounds);
    return false;
}

static enum pass_end run_round(struct match *match, unsigned round)
{
    bool student_first = toss(match) & 1;
    enum pass_end end = PASS_COMPLETE;
    if (student_first)
        end = run_pass(match, &match->student, round);
    run_reference_watched(match, round);
    if (!student_first)
        end = run_pass(match, &match->student, round);
    return end;
}

/* The reference alone, before the rounds: it warms up and shows what the trace demands. */
static double explore_reference(struct match *match, struct timed_result *result)
{
    struct side *side = &match->reference;
    run_pass(match, side, 0);
    result->reference_peak_heap = side->process.replies->break_peak;
    result->reference_peak_payload = side->usage.peak;
    run_pass(match, side, 0);
    return pass_seconds(side);
}

/* What a pass that was cut shows: a bound on the ratio that earns nothing. */
static void settle_hopeless(struct match *match, double reference_seconds,
                            struct timed_result *result)
{
    double seconds = pass_seconds(&match->student), operations = (double)match->trace->count;
    result->measured = result->hopeless = true;
    result->ratio = reference_seconds / seconds;
    result->ns = seconds / operations * 1e9;
    result->reference_ns = reference_seconds / operations * 1e9;
}

static void settle(struct match *match, unsigned rounds, struct timed_result *result)
{
    double operations = timed_operations(match);
    struct estimate estimate =
        estimate_ratio(match->student.times, match->reference.times, rounds, match->windows);
    result->measured = true;
    result->rounds = rounds;
    result->ratio = estimate.ratio;
    result->log_error = estimate.log_error;
    result->ns = estimate.seconds / operations * 1e9;
    result->reference_ns = estimate.reference_seconds / operations * 1e9;
}

/* A submission whose points do not depend on its speed is timed once, for the table. */
static unsigned least_rounds(const struct match *match, const struct timed_result *result)
{
    const struct checked_result *own = match->student.expected;
    double theirs = (double)result->reference_peak_payload * (double)own->peak_heap;
    if ((double)own->peak_payload * (double)result->reference_peak_heap <
        match->options->needs * theirs)
        return 1;
    return pass_seconds(&match->student) > LONG_PASS_SECONDS ? 2 : MIN_ROUNDS;
}

/* Rounds until the time is used up. The first pass of each side warms up. */
static void play(struct match *match, struct timed_result *result)
{
    double begun = clock_seconds(), reference_seconds = explore_reference(match, result);
    match->student.limit = reference_seconds / match->options->hopeless_ratio * HOPELESS_MARGIN;
    match->rules.order_seconds = match->student.limit + 1;
    enum pass_end end = run_pass(match, &match->student, 0);
    result->refused_more = match->student.usage.refused > match->reference.usage.refused;
    unsigned rounds = 0, least = least_rounds(match, result);
    while (
        end == PASS_COMPLETE && rounds < MAX_ROUNDS &&
        (rounds < least || (least > 1 && clock_seconds() - begun < match->options->seconds))) {
        end = run_round(match, rounds);
        rounds += end == PASS_COMPLETE;
    }
    /* A log of earlier passes would answer the later ones: it is state, and counts. */
    uint64_t own = process_private_pages(&match->student.process);
    uint64_t theirs = process_private_pages(&match->reference.process) + TIMED_PAGES_FREE;
    result->private_pages = own > theirs ? own - theirs : 0;
    if (end == PASS_CUT)
        settle_hopeless(match, reference_seconds, result);
    else if (end == PASS_COMPLETE && judge_busy(match, rounds))
        settle(match, rounds, result);
}

static void leave(struct side *side)
{
    usage_close(&side->usage);
    process_end(&side->process);
    free(side->times);
}

void timed_run(const struct process_rules *rules, const struct timed_options *options,
               const struct trace *trace, const struct checked_result *checked,
               struct timed_result *result, struct findings *findings)
{
    struct match match = {
        .options = options, .trace = trace, .findings = findings, .rules = *rules};
    *result = (struct timed_result){0};
    match.rules.total_seconds = INFINITY;
    if (getrandom(&match.coin, sizeof match.coin, 0) < 0)
        die("the kernel gives no random bytes (getrandom)");
    cut_windows(&match);
    seat(&match, &match.reference, options->reference, NULL);
    measure_empty_window(&match);
    seat(&match, &match.student, options->program, checked);
    play(&match, result);
    leave(&match.student);
    leave(&match.reference);
    free(match.ends);
}
