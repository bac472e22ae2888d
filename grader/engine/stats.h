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

#endif
