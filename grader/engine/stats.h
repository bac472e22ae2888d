/* stats.h - the few statistics that timing needs: robust ones. */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

/* The median of `count` values; the order of `values` stays. 0 for no values. */
double stats_median(const double *values, size_t count);

/*
 * The standard error of that median, from the median absolute deviation: for a normal
 * distribution sigma = 1.4826 MAD, and a median's error is 1.2533 sigma / sqrt(count)
 * (P. J. Huber, Robust Statistics, 1981). INFINITY for fewer than two values.
 */
double stats_median_error(const double *values, size_t count);

/*
 * The 95 % confidence interval of a rate that was seen as `hits` of `count` (E. B. Wilson,
 * 1927: it stays within 0 and 1, and is honest for few trials and extreme rates). NAN for
 * count 0.
 */
void stats_wilson(size_t hits, size_t count, double *low, double *high);

#endif
