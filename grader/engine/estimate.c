#include "estimate.h"
#include "say.h"
#include "stats.h"
#include <math.h>
#include <stdlib.h>

static double fastest(const double *times, size_t passes, size_t step)
{
    double least = times[0];
    for (size_t p = 1; p < passes; p++)
        least = times[p * step] < least ? times[p * step] : least;
    return least;
}

double estimate_pass(const struct estimate_times *times, size_t windows)
{
    double seconds = 0;
    for (size_t w = 0; w < windows; w++)
        seconds += fastest(times->windows + w, times->passes, windows);
    return seconds;
}

/* What the untimed part of a pass cost more than at the speed of the timed one. */
static double cold_cost(const struct estimate_times *times, double timed_seconds,
                        double warm_per_timed)
{
    double cost = fastest(times->untimed, times->passes, 1) - timed_seconds * warm_per_timed;
    return cost > 0 ? cost : 0;
}

struct estimate_heat estimate_heat(const struct estimate_times *student,
                                   const struct estimate_times *reference, size_t windows,
                                   double timed, double warm)
{
    double mine = estimate_pass(student, windows);
    double theirs = estimate_pass(reference, windows);
    double charged = cold_cost(student, mine, warm / timed) -
                     ESTIMATE_COLD * cold_cost(reference, theirs, warm / timed);
    charged = charged > 0 ? charged : 0;
    return (struct estimate_heat){.log_ratio = log(theirs / (mine + charged)),
                                  .seconds = mine + charged,
                                  .reference_seconds = theirs,
                                  .charged = charged};
}

/* The median of one of a heat's figures: that at `offset` bytes. */
static double median_of(const struct estimate_heat *heats, size_t count, size_t offset,
                        double *column)
{
    for (size_t i = 0; i < count; i++)
        column[i] = *(const double *)(const void *)((const char *)&heats[i] + offset);
    return stats_median(column, count);
}

struct estimate estimate_all(const struct estimate_heat *heats, size_t count)
{
    double *column = must_alloc(count * sizeof *column);
    struct estimate e = {0};
    e.seconds = median_of(heats, count, offsetof(struct estimate_heat, seconds), column);
    e.reference_seconds =
        median_of(heats, count, offsetof(struct estimate_heat, reference_seconds), column);
    e.charged = median_of(heats, count, offsetof(struct estimate_heat, charged), column);
    e.ratio = exp(median_of(heats, count, offsetof(struct estimate_heat, log_ratio), column));
    e.sigma = count > 1 ? stats_deviation(column, count) : ESTIMATE_UNKNOWN_SIGMA;
    e.log_error = stats_median_error(e.sigma, count);
    free(column);
    return e;
}
