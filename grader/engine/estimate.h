/*
 * estimate.h - from the times of windows to one ratio of speeds. Pure arithmetic.
 *
 * A pass is some windows of operations, each timed. A round is a pass of the student and
 * one of the reference. On a busy machine some windows are interrupted and take many times
 * their usual time; a window that took more than ESTIMATE_OUTLIER times its median over
 * all rounds counts as that median. What is left of noise is the drift of the core's
 * speed: slow enough to be the same for both passes of a round. So each round gives a
 * ratio, and the median of these is the estimate.
 */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include <stddef.h>

#define ESTIMATE_OUTLIER 1.5

struct estimate {
    double ratio;             /* reference's time / student's: the student's speed */
    double log_error;         /* standard error of ln(ratio); INFINITY for one round */
    double seconds;           /* a pass of the student, median */
    double reference_seconds; /* and of the reference */
};

/*
 * Times in seconds: that of window w in round r stands at [r * windows + w]. At least one
 * round and one window. The arrays are changed: outliers are cut.
 */
struct estimate estimate_ratio(double *student, double *reference, size_t rounds,
                               size_t windows);

#endif
