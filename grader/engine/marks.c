#include "marks.h"
#include "instructions.h"
#include "say.h"
#include "stats.h"
#include <math.h>
#include <stdlib.h>

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
    double width = stats_mean_half(variance, timed);
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
    double ratio = policy->by_instructions ? instructions_ratio(trace) : trace->ratio;
    bool measured = policy->by_instructions ? ratio > 0 : trace->timed;
    if (trace->operations < SCORE_OPERATIONS && !measured)
        ratio = 1;
    if (trace->peak_payload < trace->reference_peak_payload)
        own *= (double)trace->peak_payload / (double)trace->reference_peak_payload;
    return (struct score_trace){.category = trace->category,
                                .valid = trace->valid,
                                .utilization = isnan(own) && !isnan(theirs) ? 0 : own / theirs,
                                .ratio = trace->no_speed ? NAN : ratio};
}

void marks_compute(struct grade *grade)
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
