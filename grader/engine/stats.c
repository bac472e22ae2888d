#include "stats.h"
#include "say.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

double stats_median_error(const double *values, size_t count)
{
    if (count < 2)
        return INFINITY;
    double *away = must_alloc(count * sizeof *away), middle = stats_median(values, count);
    for (size_t i = 0; i < count; i++)
        away[i] = fabs(values[i] - middle);
    double error = 1.2533 * 1.4826 * stats_median(away, count) / sqrt((double)count);
    free(away);
    return error;
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
