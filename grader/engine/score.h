/*
 * score.h - points, from measurements and a policy. Pure arithmetic, and the only place.
 *
 * For each trace three fractions from 0 to 1: correctness (valid or not), utilization (how
 * far between the policy's `zero` and `full` is its utilization as a fraction of the
 * reference's) and throughput (the same for the speed ratio, on a logarithmic scale).
 * Fractions are averaged within each category of traces, then over categories by weight,
 * so that many small traces never outweigh the real ones; then multiplied by the points.
 * A trace that is not valid earns nothing anywhere; the others still count. The category
 * `fuzz` is scored for correctness alone, its traces being too short for more.
 */
#ifndef SCORE_H
#define SCORE_H

#include "policy.h"
#include <stdbool.h>
#include <stddef.h>

#define SCORE_FUZZ "fuzz" /* the category that is scored for correctness alone */

/*
 * A trace of fewer operations takes no longer than to hand it over: its time is noise. Where
 * time counts, it counts as one on which everybody is as fast as the reference.
 */
#define SCORE_OPERATIONS 500

/* What is known of one trace. */
struct score_trace {
    const char *category;
    bool valid;
    double utilization; /* student's / reference's; NAN: nothing was live, nothing to lose */
    double ratio;       /* speed, student's / reference's; NAN: not measured */
    struct {
        /* 0 to 1, or NAN: it has no part in it; set by score_compute */
        double correctness, utilization, throughput;
    } earned;
};

struct score {
    bool scored; /* does any trace count for all three parts? If not, no score exists */
    double correctness, utilization, throughput, checker, total, max; /* points */
};

/* The fraction from 0 to 1 that one measurement earns. */
double score_utilization(const struct policy *policy, double fraction);
double score_throughput(const struct policy *policy, double ratio);

/* Sets `earned` of each trace and returns the score. */
struct score score_compute(const struct policy *policy, struct score_trace *traces,
                           size_t count);

/* What the speed on trace `i` is worth: the points that its fraction is multiplied by. */
double score_share(const struct policy *policy, const struct score_trace *traces, size_t count,
                   size_t i);

/*
 * Adds the points for the heap checker, where the policy gives any. `rate`: the part of the
 * consequential damage that it noticed, NAN if it could not be asked; `alarms`: the part of
 * sound heaps that it complained about. A tenth of false alarms earns nothing.
 */
void score_add_checker(struct score *score, const struct policy *policy, double rate,
                       double alarms);

/*
 * The mean of values[i] over traces, by category and weight as above; NAN values are left
 * out. NAN when none is left. For display: mean utilization, mean of ln(ratio).
 */
double score_mean(const struct policy *policy, const struct score_trace *traces,
                  const double *values, size_t count);

#endif
