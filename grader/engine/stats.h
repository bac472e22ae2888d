/* stats.h - the few statistics that timing needs. */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

/* The median of `count` values; the order of `values` stays. 0 for no values. */
double stats_median(const double *values, size_t count);

/* The standard deviation, of a sample (divided by count - 1). 0 for fewer than 2 values. */
double stats_deviation(const double *values, size_t count);

/*
 * The standard error of the median of `count` values whose standard deviation is `sigma`: in
 * large normal samples sqrt(pi / 2) times that of the mean; for small ones this is a little
 * too much, but for one or two values, whose median is their mean.
 */
double stats_median_error(double sigma, size_t count);

/*
 * Half the 95 % confidence interval of the mean of `count` values, of each of which the
 * standard error is known: `squares` is the sum of their squares. NAN for count 0.
 */
double stats_mean_half(double squares, double count);

/*
 * Student's t: the value that is passed with probability `tail` on either side together
 * (two-tailed), for `freedom` >= 1 degrees of freedom, not necessarily whole.
 */
double stats_t(double tail, double freedom);

/*
 * The 95 % confidence interval of a rate that was seen as `hits` of `count` (E. B. Wilson,
 * 1927: it stays within 0 and 1, and is honest for few trials and extreme rates). NAN for
 * count 0.
 */
void stats_wilson(size_t hits, size_t count, double *low, double *high);

#endif
