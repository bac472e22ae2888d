#include "steps.h"
#include "file.h"
#include "fill.h"
#include "object.h"
#include "tracer.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More than a runner ever needs: what is counted is bounded by the options. */
#define PROGRAM_BYTES ((size_t)256 << 20)

/* A stop takes less than this, as the runner's clock sees it. */
#define STOP_SECONDS 100e-6

struct count {
    const struct steps_options *options;
    struct process_rules rules; /* that allow for the stops */
    struct process process;
    struct tracer tracer;
    struct object_span runner, main; /* code that is ours */
    size_t at;                       /* operations performed */
    uint64_t steps, own;             /* all, and those of the allocator */
    bool cut;                        /* there were too many */
};

/* The runner's own code: between its first instruction and its last function, and main. */
static bool find_own_code(const char *program, struct count *count)
{
    char why[256];
    size_t bytes;
    struct object_span last;
    char *file = file_read(program, PROGRAM_BYTES, &bytes, why, sizeof why);
    bool found = file && object_entry(file, bytes, &count->runner.from) &&
                 object_find_function(file, bytes, "runner_last", &last) &&
                 object_find_function(file, bytes, "main", &count->main);
    count->runner.to = found ? last.to : 0;
    free(file);
    return found;
}

static bool is_in(const struct object_span *span, uint64_t at)
{
    return at >= span->from && at < span->to;
}

/* After each instruction. */
static void look(struct tracer *tracer, void *context)
{
    struct count *count = context;
    uint64_t at = tracer->before - tracer->image;
    count->own += !is_in(&count->runner, at) && !is_in(&count->main, at);
    if (++count->steps < count->options->most)
        return;
    count->cut = true;
    tracer->deadline = 0; /* no more: it goes on alone, and soon has to answer */
    count->rules.order_seconds =
        (double)STEPS_OPERATIONS * count->options->rules->order_seconds;
}

static bool perform(struct count *count, size_t operations)
{
    const struct steps_options *options = count->options;
    struct process *p = &count->process;
    memcpy(p->orders->operations, options->trace->operations + count->at,
           operations * sizeof *p->orders->operations);
    if (process_perform(p, (uint32_t)operations) != OUTCOME_DONE)
        return false;
    const volatile uint64_t *is = p->replies->pointers;
    for (size_t i = 0; options->checked && i < operations; i++)
        if (is[i] != options->checked->pointers[count->at + i])
            return false;
    count->at += operations;
    return true;
}

static bool perform_until(struct count *count, size_t end)
{
    while (count->at < end) {
        size_t left = end - count->at;
        if (!perform(count, left < CHANNEL_WINDOW ? left : CHANNEL_WINDOW))
            return false;
    }
    return true;
}

static enum steps_end count_window(struct count *count)
{
    const struct steps_options *options = count->options;
    count->tracer = (struct tracer){.deadline = INFINITY, .look = look, .context = count};
    if (!tracer_attach(&count->tracer, &count->process))
        return count->process.pid ? STEPS_NO_TRACER : STEPS_DIFFERENT;
    bool good = perform(count, STEPS_OPERATIONS);
    tracer_detach(&count->tracer, &count->process);
    if (count->tracer.given_up && !count->cut) { /* it got away: that is no way to be quick */
        count->cut = true;
        count->own += options->most;
    }
    return good ? STEPS_COUNTED : STEPS_DIFFERENT;
}

static enum steps_end count_windows(struct count *count)
{
    const struct steps_options *options = count->options;
    bool ready = false;
    size_t stretch = options->trace->count / STEPS_WINDOWS;
    if (process_init(&count->process, &ready) != OUTCOME_DONE || !ready)
        return STEPS_DIFFERENT;
    enum steps_end end = STEPS_COUNTED;
    for (size_t w = 0; w < STEPS_WINDOWS && end == STEPS_COUNTED && !count->cut; w++) {
        size_t room = stretch - STEPS_OPERATIONS;
        size_t start = w * stretch + fill_mix(options->seed + w) % (room + 1);
        end = perform_until(count, start) ? count_window(count) : STEPS_DIFFERENT;
    }
    return end;
}

void steps_count(const struct steps_options *options, struct steps *steps)
{
    struct count count = {.options = options};
    *steps = (struct steps){.end = STEPS_TOO_SHORT, .per_operation = NAN};
    if (options->trace->count < STEPS_WINDOWS * STEPS_OPERATIONS)
        return;
    steps->end = STEPS_DIFFERENT;
    if (!find_own_code(options->program, &count))
        return;
    double stops = STOP_SECONDS * (double)options->most;
    count.rules = *options->rules;
    count.rules.order_seconds = count.rules.total_seconds; /* of many operations */
    count.rules.total_seconds += stops;
    process_prepare(&count.process, &count.rules, options->program, PLACE_WITH_US,
                    options->trace->ids, CHANNEL_WINDOW);
    uint64_t room = options->rules->heap_room;
    heap_set_file(&count.process.heap, options->checked ? options->checked->peak_heap : room);
    process_spawn(&count.process);
    steps->end = count_windows(&count);
    process_end(&count.process);
    steps->at_least = count.cut;
    if (steps->end == STEPS_COUNTED)
        steps->per_operation = (double)count.own / (STEPS_WINDOWS * STEPS_OPERATIONS);
}
