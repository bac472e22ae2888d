/*
 * repeat - how well does a timed run repeat on this machine, now?
 *
 *     repeat KIT TRACE HEATS [WINDOW]
 *
 * Times the kit's reference beside itself on TRACE: the true ratio is 1. Prints a line per
 * heat of rounds: the ratio by our estimator, and what two simpler ones would have made of
 * the same passes, in nanoseconds per operation: their mean, and the best of them. `make
 * doctor` and `make bench-noise` read it.
 */
#include "clock.h"
#include "cores.h"
#include "file.h"
#include "number.h"
#include "say.h"
#include "settings.h"
#include "timed.h"
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct process_rules make_rules(const struct profile *profile)
{
    struct process_rules rules = {.heap_start = profile->heap_start,
                                  .heap_room = profile->least_room,
                                  .resident_limit = (uint64_t)1 << 31,
                                  .order_seconds = 1,
                                  .total_seconds = 10,
                                  .output = open("/dev/null", O_WRONLY)};
    filter_make(&rules.start, &rules.run, rules.heap_start + rules.heap_room);
    return rules;
}

static struct checked_result check(const struct process_rules *rules, const char *program,
                                   const struct trace *trace)
{
    struct findings findings = {0};
    struct checked_result result;
    const struct checked_options options = {
        .program = program, .name = "the trace", .alignment = 16};
    checked_run(rules, &options, trace, &result, &findings);
    if (!result.valid)
        die("the reference is not valid on this trace; run `make check`");
    return result;
}

/* The timed part of the pass just played, in seconds. */
static double pass_of(const struct timed *timed, size_t round)
{
    double seconds = 0;
    for (size_t w = 0; w < timed->windows.count; w++)
        seconds += timed->student_times.windows[round * timed->windows.count + w];
    return seconds;
}

static void play_heat(struct timed *timed)
{
    double sum = 0, best = INFINITY, operations = (double)timed->windows.timed;
    size_t rounds = 0, before = timed->result.heats;
    for (; timed->result.heats == before; rounds++) {
        if (!timed_round(timed))
            die("the reference cannot be timed beside itself; run `make check`");
        double seconds = pass_of(timed, rounds);
        sum += seconds;
        best = seconds < best ? seconds : best;
    }
    printf("%.6f\t%.4f\t%.4f\n", exp(timed->heats[timed->result.heats - 1].log_ratio),
           sum / (double)rounds / operations * 1e9, best / operations * 1e9);
}

int main(int argc, char **argv)
{
    char program[FILE_PATH];
    struct trace trace;
    struct timed timed;
    struct findings findings = {0};
    uint64_t heats, window = CHANNEL_WINDOW / 2;
    if (argc < 4 || !number_read(argv[3], 1000000, &heats) ||
        (argc > 4 && (!number_read(argv[4], CHANNEL_WINDOW, &window) || window == 0)))
        die("usage: repeat KIT TRACE HEATS [WINDOW]");
    snprintf(program, sizeof program, "%s/modern/reference", argv[1]);
    struct process_rules rules = make_rules(settings_profile("modern"));
    trace_must_read(argv[2], &trace);
    struct checked_result checked = check(&rules, program, &trace);
    const struct timed_options options = {.rules = &rules,
                                          .program = program,
                                          .reference = program,
                                          .name = "the trace",
                                          .trace = &trace,
                                          .checked = &checked,
                                          .window = (uint32_t)window,
                                          .hopeless_ratio = 0.005,
                                          .scale = 1};
    cores_together(0);
    timed_open(&timed, &options, &findings);
    timed_sit(&timed, INFINITY);
    for (; heats > 0; heats--)
        play_heat(&timed);
    timed_leave(&timed);
    timed_close(&timed);
    free(checked.pointers);
    trace_free(&trace);
    return 0;
}
