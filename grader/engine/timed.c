#include "timed.h"
#include "clock.h"
#include "say.h"
#include <math.h>
#include <stdlib.h>

/*
 * What a runner computes while nothing is asked of it is charged to it. Beyond this share of
 * its time, and this many seconds in a pass, it is an accusation too.
 */
#define BUSY_SHARE   0.1
#define BUSY_SECONDS 500e-6
#define BUSY_ROUNDS  4
#define BUSY_LONG    2 /* so many of them a long pass counts for */

/* A hopeless pass is stopped only when it is beyond doubt. */
#define HOPELESS_MARGIN 1.5

/* The part of a sitting that one pass of the student's may take. */
#define PATIENCE 0.6

/* For the times of a heat. */
static void make_room(const struct timed *timed, struct estimate_times *times)
{
    size_t cells = ESTIMATE_ROUNDS * timed->windows.count;
    times->windows = must_alloc(cells * sizeof *times->windows);
    times->untimed = must_alloc(ESTIMATE_ROUNDS * sizeof *times->untimed);
}

void timed_open(struct timed *timed, const struct timed_options *options,
                struct findings *findings)
{
    *timed = (struct timed){.options = *options, .rules = *options->rules};
    timed->rules.total_seconds = INFINITY;
    timed->windows = windows_cut(options->trace, options->window);
    timed->game = (struct pass_game){.rules = &timed->rules,
                                     .trace = options->trace,
                                     .windows = &timed->windows,
                                     .window = options->window,
                                     .name = options->name,
                                     .findings = findings};
    make_room(timed, &timed->student_times);
    make_room(timed, &timed->reference_times);
    timed->heats = must_alloc(sizeof *timed->heats);
    must_random(&timed->game.coin, sizeof timed->game.coin);
}

void timed_close(struct timed *timed)
{
    windows_free(&timed->windows);
    free(timed->heats);
    free(timed->student_times.windows);
    free(timed->student_times.untimed);
    free(timed->reference_times.windows);
    free(timed->reference_times.untimed);
}

/*
 * The reference alone, before the rounds: its pages appear, and it shows what a hand-over
 * costs, what the trace demands, and how long it runs: that is returned.
 */
static double explore(struct timed *timed)
{
    struct pass_side *side = &timed->reference;
    double untimed, *times = must_alloc(timed->windows.count * sizeof *times);
    pass_run(&timed->game, side, times, &untimed);
    timed->result.reference_peak_heap = side->process.replies->break_peak;
    timed->result.reference_peak_payload = side->usage.peak;
    side->cold = false;
    free(times);
    return side->used;
}

void timed_leave(struct timed *timed)
{
    pass_leave(&timed->student);
    pass_leave(&timed->reference);
}

/* How long the reference runs where the student's pass does: on new pages, or on used ones. */
static double reference_pass(const struct timed *timed)
{
    return timed->student.cold ? timed->cold_seconds : timed->reference_seconds;
}

/* A student's pass that takes more earns nothing. */
static double hopeless_seconds(const struct timed *timed)
{
    double slowest = timed->options.hopeless_ratio / timed->options.scale;
    return reference_pass(timed) / slowest * HOPELESS_MARGIN;
}

void timed_sit(struct timed *timed, double seconds)
{
    double begun = clock_seconds();
    const struct timed_options *options = &timed->options;
    timed->student_times.passes = timed->reference_times.passes = 0;
    timed->game.empty_order = NAN;
    pass_sit(&timed->game, &timed->reference, options->reference, NULL);
    timed->reference_seconds = timed->cold_seconds = explore(timed);
    double left = seconds - (clock_seconds() - begun);
    timed->patience = fmax(PATIENCE * left, TIMED_LEAST);
    if (options->checked->pace[CHECKED_PARTS - 1] > TIMED_LONG &&
        hopeless_seconds(timed) < timed->patience)
        timed->reference_seconds = explore(timed); /* what is hopeless must be known well */
    pass_sit(&timed->game, &timed->student, options->program, options->checked);
    if (options->stretch)
        timed->student.stretch = options->stretch;
}

static enum pass_end run_bounded(struct timed *timed, struct pass_side *side, double *windows,
                                 double *untimed)
{
    timed->student.limit = fmin(hopeless_seconds(timed), timed->patience);
    timed->rules.order_seconds = timed->student.limit + 1;
    return pass_run(&timed->game, side, windows, untimed);
}

static enum pass_end play(struct timed *timed, struct pass_side *side,
                          struct estimate_times *times)
{
    double *windows = times->windows + times->passes * timed->windows.count;
    double *untimed = &times->untimed[times->passes++];
    if (side->cold) { /* a pass for its pages only */
        enum pass_end end = run_bounded(timed, side, windows, untimed);
        if (end != PASS_COMPLETE)
            return end;
        side->cold = false;
    }
    return run_bounded(timed, side, windows, untimed);
}

/* What a pass that was cut shows: a bound on the ratio, that earns nothing. */
static void settle_hopeless(struct timed *timed)
{
    double operations = (double)timed->options.trace->count;
    struct timed_result *result = &timed->result;
    result->hopeless = true;
    result->rounds = 1;
    double theirs = reference_pass(timed), mine = timed->student.used;
    result->estimate = (struct estimate){.ratio = theirs / mine * timed->options.scale};
    result->ns = mine / operations * 1e9;
    result->reference_ns = theirs / operations * 1e9;
}

/*
 * A pass that was cut out of impatience. (To add what the checked run took for the rest, and
 * not to scale it to what the first part took here, was wrong by a factor of two beside a
 * load.) The reference's pass of this round was whole.
 */
static void reckon(struct timed *timed)
{
    if (timed->result.rounds > 0)
        return; /* rounds that were played to their end show more */
    double operations = (double)timed->options.trace->count;
    double theirs = estimate_pass(&timed->reference_times, timed->windows.count) * operations /
                    (double)timed->windows.timed; /* as if all of it were timed */
    double mine = checked_reckon(timed->options.checked, timed->student.used,
                                 timed->student.performed, timed->options.trace->count);
    struct timed_result *result = &timed->result;
    result->reckoned = true;
    result->rounds = 1;
    result->estimate = (struct estimate){.ratio = theirs / mine * timed->options.scale,
                                         .sigma = ESTIMATE_UNKNOWN_SIGMA,
                                         .log_error = ESTIMATE_UNKNOWN_SIGMA,
                                         .seconds = mine,
                                         .reference_seconds = theirs};
    result->ns = mine / operations * 1e9;
    result->reference_ns = theirs / operations * 1e9;
}

/* The round just played, and those before it in this heat; a full heat is kept. */
static void settle(struct timed *timed)
{
    struct timed_result *result = &timed->result;
    double operations = (double)timed->windows.timed, warm = (double)timed->windows.warm;
    result->rounds++;
    timed->heats[result->heats] = estimate_heat(&timed->student_times, &timed->reference_times,
                                                timed->windows.count, operations, warm);
    if (timed->reference_times.passes == ESTIMATE_ROUNDS) {
        timed->student_times.passes = timed->reference_times.passes = 0;
        result->heats++;
        timed->heats = must_resize(timed->heats, (result->heats + 1) * sizeof *timed->heats);
    } else if (result->heats > 0)
        return;
    result->estimate = estimate_all(timed->heats, result->heats ? result->heats : 1);
    result->estimate.ratio *= timed->options.scale;
    result->ns = result->estimate.seconds / operations * 1e9;
    result->reference_ns = result->estimate.reference_seconds / operations * 1e9;
}

/* What the student's passes showed beside their times. */
static void look_at_student(struct timed *timed)
{
    struct timed_result *result = &timed->result;
    const struct pass_side *own = &timed->student, *theirs = &timed->reference;
    uint64_t usual = theirs->private_pages;
    uint64_t pages = own->private_pages > usual ? own->private_pages - usual : 0;
    if (pages > result->private_pages)
        result->private_pages = pages;
    result->residue = own->residue > result->residue ? own->residue : result->residue;
    result->refused_more = own->usage.refused > theirs->usage.refused;
}

static bool is_long(const struct timed *timed)
{
    return timed->student.used > TIMED_LONG;
}

/*
 * Work that nobody asked for. It is paid like any other, so this is not about the speed; but
 * it has no honest reason. A single pass proves nothing: a virtual machine's kernel charges
 * a process for moments that the host took away. Round after round it is no accident.
 */
static bool judge_busy(struct timed *timed)
{
    struct pass_side *side = &timed->student;
    double seconds = side->between, share = seconds / side->used;
    side->between = 0;
    bool busy = seconds >= BUSY_SECONDS && share >= BUSY_SHARE;
    timed->busy_rounds = busy ? timed->busy_rounds + (is_long(timed) ? BUSY_LONG : 1) : 0;
    if (timed->busy_rounds < BUSY_ROUNDS)
        return true;
    findings_add(timed->game.findings, FINDING_BUSY, timed->options.name, 0,
                 "the allocator used the processor while it should have waited: %.0f us of "
                 "%.0f us in a pass, and no less in those before",
                 seconds * 1e6, side->used * 1e6);
    return false;
}

bool timed_round(struct timed *timed)
{
    bool student_first = pass_toss(&timed->game) & 1;
    enum pass_end end = PASS_COMPLETE;
    if (student_first)
        end = play(timed, &timed->student, &timed->student_times);
    play(timed, &timed->reference, &timed->reference_times);
    if (!student_first)
        end = play(timed, &timed->student, &timed->student_times);
    while (end == PASS_COMPLETE && is_long(timed) &&
           timed->reference_times.passes < ESTIMATE_ROUNDS)
        play(timed, &timed->reference, &timed->reference_times);
    look_at_student(timed);
    if (end == PASS_CUT && timed->student.used > hopeless_seconds(timed))
        settle_hopeless(timed);
    else if (end == PASS_CUT)
        reckon(timed);
    else if (end == PASS_FAILED || !judge_busy(timed))
        timed->result.failed = true;
    else
        settle(timed);
    return end == PASS_COMPLETE && !timed->result.failed;
}
