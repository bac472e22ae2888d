/*
 * interval.h - how well the points are known: a confidence interval. Pure arithmetic.
 *
 * Each trace's ln(ratio) is a median over heats with fresh processes (estimate.h), so its
 * error is estimated from the spread of the heats. The policy's curve, the trace's share in its
 * category and the category's weight turn it into points: where the curve is flat, nothing
 * is unknown. Errors of traces are independent and add up by squares; the degrees of freedom
 * of the sum are those of B. L. Welch (1947) and F. E. Satterthwaite (1946). What was reckoned
 * and not measured (timed.h) may be wrong on all traces in the same direction: such errors are
 * added as they are.
 *
 * Whoever measures until the interval is short enough looks at it repeatedly, and would be
 * wrong more often than he says: each look is a chance to stop by luck. So look k may use
 * only the part 1 / (k (k + 1)) of the risk; these parts sum to 1 however long one goes on
 * (a fixed schedule of alpha spending: K. K. G. Lan and D. L. DeMets, Biometrika 70, 1983,
 * in its simplest form, by the union bound). The price is a slightly longer interval.
 */
#ifndef INTERVAL_H
#define INTERVAL_H

#include "policy.h"
#include <stddef.h>

/* The interval misses the true points with at most this probability. */
#define INTERVAL_RISK 0.05

struct interval_part {
    double share; /* points that the trace's speed is worth */
    double ratio; /* median of those of `heats` heats */
    double sigma; /* standard deviation of their logarithms */
    size_t heats; /* at least 1 */
    double bias;  /* standard deviation of an error of ln(ratio) that all parts share */
};

/*
 * A part's standard error in points, `bias` left out; 0 when they do not depend on its speed
 * any more.
 */
double interval_error(const struct policy *policy, const struct interval_part *part);

/*
 * Half the length, in points, of the interval of the sum of all parts, at the `look`-th look
 * (from 1) at growing numbers of heats.
 */
double interval_half(const struct policy *policy, const struct interval_part *parts,
                     size_t count, unsigned look);

#endif
