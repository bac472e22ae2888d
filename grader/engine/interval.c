#include "interval.h"
#include "score.h"
#include "stats.h"
#include <math.h>

/* So many standard errors around a ratio the curve must be flat to be called flat. */
#define REACH 3.0

/* From here on the distribution of t is the normal one. */
#define MOST_FREEDOM 1e6

/* What an error of ln(ratio) is in points. */
static double in_points(const struct policy *policy, const struct interval_part *part,
                        double error)
{
    double reach = exp(REACH * error);
    double swing = score_throughput(policy, part->ratio * reach) -
                   score_throughput(policy, part->ratio / reach);
    return part->share * swing / (2 * REACH);
}

double interval_error(const struct policy *policy, const struct interval_part *part)
{
    return in_points(policy, part, stats_median_error(part->sigma, part->heats));
}

double interval_half(const struct policy *policy, const struct interval_part *parts,
                     size_t count, unsigned look)
{
    double variance = 0, doubt = 0, bias = 0;
    for (size_t i = 0; i < count; i++) {
        double error = interval_error(policy, &parts[i]);
        double freedom = parts[i].heats > 1 ? (double)parts[i].heats - 1 : 1;
        variance += error * error;
        doubt += error * error * error * error / freedom;
        bias += in_points(policy, &parts[i], parts[i].bias);
    }
    variance += bias * bias;
    if (variance <= 0)
        return 0;
    double risk = INTERVAL_RISK / ((double)look * (look + 1.0));
    double freedom = doubt > 0 ? variance * variance / doubt : MOST_FREEDOM;
    return stats_t(risk, fmin(freedom, MOST_FREEDOM)) * sqrt(variance);
}
