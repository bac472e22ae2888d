#include "interval.h"
#include "score.h"
#include "stats.h"
#include <math.h>

/* So many standard errors around a ratio the curve must be flat to be called flat. */
#define REACH 3.0

double interval_error(const struct policy *policy, const struct interval_part *part)
{
    double error = stats_median_error(part->sigma, part->heats);
    double reach = exp(REACH * error);
    double swing = score_throughput(policy, part->ratio * reach) -
                   score_throughput(policy, part->ratio / reach);
    return part->share * swing / (2 * REACH);
}

double interval_half(const struct policy *policy, const struct interval_part *parts,
                     size_t count, unsigned look)
{
    double variance = 0, doubt = 0;
    for (size_t i = 0; i < count; i++) {
        double error = interval_error(policy, &parts[i]);
        double freedom = parts[i].heats > 1 ? (double)parts[i].heats - 1 : 1;
        variance += error * error;
        doubt += error * error * error * error / freedom;
    }
    if (variance <= 0)
        return 0;
    double risk = INTERVAL_RISK / ((double)look * (look + 1.0));
    return stats_t(risk, variance * variance / doubt) * sqrt(variance);
}
