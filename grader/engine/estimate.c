#include "estimate.h"
#include "say.h"
#include "stats.h"
#include <math.h>
#include <stdlib.h>

/* Cuts window `w` of all rounds to what is usual for it. */
static void cut_window(double *times, size_t rounds, size_t windows, size_t w, double *column)
{
    for (size_t r = 0; r < rounds; r++)
        column[r] = times[r * windows + w];
    double usual = stats_median(column, rounds);
    for (size_t r = 0; r < rounds; r++)
        if (column[r] > ESTIMATE_OUTLIER * usual)
            times[r * windows + w] = usual;
}

static void cut_outliers(double *times, size_t rounds, size_t windows)
{
    double *column = must_alloc(rounds * sizeof *column);
    for (size_t w = 0; w < windows; w++)
        cut_window(times, rounds, windows, w, column);
    free(column);
}

static double sum(const double *times, size_t windows)
{
    double seconds = 0;
    for (size_t w = 0; w < windows; w++)
        seconds += times[w];
    return seconds;
}

struct estimate estimate_ratio(double *student, double *reference, size_t rounds,
                               size_t windows)
{
    double *passes = must_alloc(3 * rounds * sizeof *passes);
    double *mine = passes, *theirs = passes + rounds, *logs = passes + 2 * rounds;
    cut_outliers(student, rounds, windows);
    cut_outliers(reference, rounds, windows);
    for (size_t r = 0; r < rounds; r++) {
        mine[r] = sum(student + r * windows, windows);
        theirs[r] = sum(reference + r * windows, windows);
        logs[r] = log(theirs[r] / mine[r]);
    }
    struct estimate estimate = {.ratio = exp(stats_median(logs, rounds)),
                                .log_error = stats_median_error(logs, rounds),
                                .seconds = stats_median(mine, rounds),
                                .reference_seconds = stats_median(theirs, rounds)};
    free(passes);
    return estimate;
}
