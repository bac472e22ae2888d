#include "score.h"
#include "say.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double clamp(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

double score_utilization(const struct policy *policy, double fraction)
{
    struct policy_curve c = policy->utilization_curve;
    if (isnan(fraction))
        return 1;
    return clamp((fraction - c.zero) / (c.full - c.zero));
}

double score_throughput(const struct policy *policy, double ratio)
{
    struct policy_curve c = policy->throughput_curve;
    if (isnan(ratio) || ratio <= 0)
        return 0;
    return clamp(log(ratio / c.zero) / log(c.full / c.zero));
}

static bool only_correct(const struct score_trace *trace)
{
    return strcmp(trace->category, SCORE_FUZZ) == 0;
}

static void earn(const struct policy *policy, struct score_trace *trace)
{
    bool frugal = isnan(trace->utilization) || trace->utilization >= policy->throughput_needs;
    trace->earned.correctness = trace->valid;
    trace->earned.utilization =
        trace->valid ? score_utilization(policy, trace->utilization) : 0;
    trace->earned.throughput =
        trace->valid && frugal ? score_throughput(policy, trace->ratio) : 0;
    if (only_correct(trace))
        trace->earned.utilization = trace->earned.throughput = NAN;
}

/* The mean within the category of trace `first`, if it is that category's first trace. */
static bool category_mean(const struct score_trace *traces, const double *values, size_t count,
                          size_t first, double *mean)
{
    double sum = 0;
    size_t number = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(traces[i].category, traces[first].category) != 0)
            continue;
        if (i < first)
            return false;
        if (isnan(values[i]))
            continue;
        sum += values[i];
        number++;
    }
    *mean = number ? sum / (double)number : 0;
    return number > 0;
}

double score_mean(const struct policy *policy, const struct score_trace *traces,
                  const double *values, size_t count)
{
    double sum = 0, weights = 0, mean;
    for (size_t i = 0; i < count; i++) {
        double weight = policy_weight(policy, traces[i].category);
        if (weight <= 0 || !category_mean(traces, values, count, i, &mean))
            continue;
        sum += weight * mean;
        weights += weight;
    }
    return weights > 0 ? sum / weights : NAN;
}

double score_share(const struct policy *policy, const struct score_trace *traces, size_t count,
                   size_t i)
{
    double *alone = must_alloc(count * sizeof *alone);
    for (size_t k = 0; k < count; k++)
        alone[k] = only_correct(&traces[k]) ? NAN : k == i;
    double share = policy->throughput * score_mean(policy, traces, alone, count);
    free(alone);
    return isnan(share) ? 0 : share;
}

/* The parts of a score, in the order of struct score_trace's `earned`. */
enum part { CORRECTNESS, UTILIZATION, THROUGHPUT };

/* The mean over traces of one of the three fractions. */
static double part_mean(const struct policy *policy, const struct score_trace *traces,
                        size_t count, enum part part, double *values)
{
    for (size_t i = 0; i < count; i++) {
        const double parts[] = {traces[i].earned.correctness, traces[i].earned.utilization,
                                traces[i].earned.throughput};
        values[i] = parts[part];
    }
    return score_mean(policy, traces, values, count);
}

struct score score_compute(const struct policy *policy, struct score_trace *traces,
                           size_t count)
{
    struct score score = {.max =
                              policy->correctness + policy->utilization + policy->throughput};
    double *values = must_alloc(count * sizeof *values);
    for (size_t i = 0; i < count; i++) {
        earn(policy, &traces[i]);
        score.scored |=
            policy_weight(policy, traces[i].category) > 0 && !only_correct(&traces[i]);
    }
    if (score.scored) {
        score.correctness =
            policy->correctness * part_mean(policy, traces, count, CORRECTNESS, values);
        score.utilization =
            policy->utilization * part_mean(policy, traces, count, UTILIZATION, values);
        score.throughput =
            policy->throughput * part_mean(policy, traces, count, THROUGHPUT, values);
        score.total = score.correctness + score.utilization + score.throughput;
    }
    free(values);
    return score;
}

void score_add_checker(struct score *score, const struct policy *policy, double rate,
                       double alarms)
{
    if (!score->scored)
        return;
    double noticed = isnan(rate) ? 0 : clamp(rate / policy->checker_full);
    double trusted = isnan(alarms) ? 0 : clamp(1 - 10 * alarms);
    score->checker = policy->checker * noticed * trusted;
    score->total += score->checker;
    score->max += policy->checker;
}
