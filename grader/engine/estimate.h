/*
 * estimate.h - from the times of windows to one ratio of speeds. Pure arithmetic.
 *
 * A round is a pass of the student's allocator and one of the reference's, in turn (where
 * the student's takes long, several of the reference's: timed.c). Noise
 * has three parts, each with its own remedy. Interrupts and neighbours only ever add time,
 * to some windows: of each window the fastest of ESTIMATE_ROUNDS rounds counts, for both
 * sides (such a set of rounds is a *heat*). The core's speed drifts, slowly enough to be the
 * same for both sides of a heat, which takes a fraction of a second: only their ratio is
 * used. Every process has luck with its pages: the heats, each with fresh processes and
 * pages, are a sample of it. Their median is the estimate, and their spread says how good
 * it is.
 *
 * (Measured here beside busy neighbours, 16 heats of the reference against itself: the
 * ratio's standard deviation is 4 to 12 % with the median of each window and 0.7 to 4 %
 * with the fastest. `make bench-noise` measures it anew.)
 *
 * Not timed are mm_init and the operations that warm up each window. They cost both sides
 * about the same more than timed ones do: the caches are cold, the first call finds no page
 * of code. An allocator that does its work there and not in the timed operations shows it:
 * what it spends beyond its own timed speed and ESTIMATE_COLD times the reference's cold
 * cost is charged to it.
 */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include <stddef.h>

#define ESTIMATE_ROUNDS 4
#define ESTIMATE_COLD   2.0

/* With one heat nothing is known of its noise. This is more than was ever seen of it. */
#define ESTIMATE_UNKNOWN_SIGMA 0.2

/*
 * One side's times in a heat, in seconds: that of window w in pass p stands at
 * windows[p * count + w], the untimed rest of pass p at untimed[p].
 */
struct estimate_times {
    double *windows, *untimed;
    size_t passes; /* so many, at least 1 for an estimate */
};

/* What a heat has shown. */
struct estimate_heat {
    double log_ratio;         /* of the reference's time to the student's: its speed */
    double seconds;           /* the timed part of a student's pass, charge included */
    double reference_seconds; /* and of the reference's */
    double charged;           /* part of `seconds`: for work in untimed parts */
};

/* What all heats have shown. */
struct estimate {
    double ratio;     /* the student's speed to the reference's, median */
    double sigma;     /* standard deviation of ln(ratio) from heat to heat */
    double log_error; /* standard error of ln(ratio) */
    double seconds, reference_seconds, charged; /* as in a heat, medians */
};

/*
 * `windows` (their number in a pass) is at least 1. A pass performs `warm` operations untimed
 * for each `timed` ones (only their ratio matters).
 */
struct estimate_heat estimate_heat(const struct estimate_times *student,
                                   const struct estimate_times *reference, size_t windows,
                                   double timed, double warm);

/* The timed part of a pass made of the fastest of each window, in seconds. */
double estimate_pass(const struct estimate_times *times, size_t windows);

/* Of at least one heat. */
struct estimate estimate_all(const struct estimate_heat *heats, size_t count);

#endif
