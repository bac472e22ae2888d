#include "stats.h"
#include "say.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* With more degrees of freedom t hardly changes, and its density is too narrow to integrate. */
#define MANY 1000.0

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double stats_median(const double *values, size_t count)
{
    if (count == 0)
        return 0;
    double *sorted = must_alloc(count * sizeof *sorted);
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, ascending);
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    free(sorted);
    return median;
}

double stats_deviation(const double *values, size_t count)
{
    double mean = 0, squares = 0;
    if (count < 2)
        return 0;
    for (size_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)(count - 1));
}

double stats_median_error(double sigma, size_t count)
{
    double factor = count > 2 ? sqrt(acos(0)) : 1;
    return factor * sigma / sqrt((double)count);
}

/*
 * The probability of |T| > t. With t = sqrt(freedom) tan(angle) the density becomes a power
 * of a cosine on a bounded range, which Simpson's rule integrates well.
 */
static double tail_beyond(double t, double freedom)
{
    enum { STEPS = 400 };
    double from = atan(t / sqrt(freedom)), width = (acos(0) - from) / (double)STEPS, sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        double weight = i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2;
        sum += weight * pow(fmax(cos(from + i * width), 0), freedom - 1);
    }
    double scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(2 * acos(0));
    return 2 * scale * sum * width / 3;
}

double stats_mean_half(double squares, double count)
{
    return count > 0 ? 1.96 * sqrt(squares) / count : NAN;
}

double stats_t(double tail, double freedom)
{
    double low = 0, high = 1;
    if (freedom > MANY)
        freedom = MANY;
    while (tail_beyond(high, freedom) > tail && high < 1e9)
        high *= 2;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (tail_beyond(middle, freedom) > tail)
            low = middle;
        else
            high = middle;
    }
    return high;
}

void stats_wilson(size_t hits, size_t count, double *low, double *high)
{
    const double z = 1.959964;
    double n = (double)count, rate = (double)hits / n;
    double centre = (rate + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
    *low = fmax(0, centre - half);
    *high = fmin(1, centre + half);
    if (count == 0)
        *low = *high = NAN;
}
