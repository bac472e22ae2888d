/*
 * test_interval.c - promised: the interval holds the true points at least as often as it
 * says, however often one looks at it before one stops.
 */
#include "unit.h"

#include "interval.h"
#include "score.h"
#include "stats.h"

static const struct policy policy = {.throughput = 40, .throughput_curve = {0.005, 0.50}};

enum { TRACES = 8, MOST_HEATS = 40, RUNS = 1500 };

static void test_interval__flat_parts_of_the_curve_are_known(void **state)
{
    (void)state;
    struct interval_part part = {.share = 10, .ratio = 0.9, .sigma = 0.05, .heats = 4};
    assert_near(interval_error(&policy, &part), 0);
    part.ratio = 0.001;
    assert_near(interval_error(&policy, &part), 0);
    part.ratio = 0.05;
    assert_near(interval_error(&policy, &part),
                10 * 0.05 * sqrt(acos(0)) / 2 / log(0.50 / 0.005));
    part.share = 0;
    assert_near(interval_error(&policy, &part), 0);
    assert_near(interval_half(&policy, &part, 1, 1), 0);
    assert_near(interval_half(&policy, NULL, 0, 1), 0);
}

static void test_interval__later_looks_are_more_careful(void **state)
{
    (void)state;
    const struct interval_part part = {.share = 10, .ratio = 0.05, .sigma = 0.05, .heats = 9};
    double first = interval_half(&policy, &part, 1, 1);
    assert_near(first, interval_error(&policy, &part) * stats_t(0.025, 8));
    assert_near(interval_half(&policy, &part, 1, 3),
                interval_error(&policy, &part) * stats_t(0.05 / 12, 8));
}

static void test_interval__shared_errors_do_not_cancel(void **state)
{
    (void)state;
    struct interval_part parts[4];
    for (size_t i = 0; i < COUNT(parts); i++)
        parts[i] = (struct interval_part){.share = 10, .ratio = 0.05, .heats = 9, .bias = 0.1};
    double one = interval_half(&policy, parts, 1, 1);
    assert_true(one > 0);
    assert_near(interval_half(&policy, parts, COUNT(parts), 1), COUNT(parts) * one);
    for (size_t i = 0; i < COUNT(parts); i++) {
        parts[i].bias = 0;
        parts[i].sigma = 0.1;
    }
    one = interval_half(&policy, parts, 1, 1);
    assert_true(interval_half(&policy, parts, COUNT(parts), 1) < 2.1 * one);
}

/* Sum of 12 uniform numbers, minus 6: nearly normal. One in ten is five times as far off. */
static double noise(uint64_t *random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += (double)dice(random, 1000000) / 1e6;
    return dice(random, 10) == 0 ? 5 * sum : sum;
}

static double estimated_points(const struct interval_part *parts)
{
    double points = 0;
    for (size_t i = 0; i < TRACES; i++)
        points += parts[i].share * score_throughput(&policy, parts[i].ratio);
    return points;
}

/* A grade that stops as soon as it likes what it sees. Was the truth in its interval? */
static bool holds(uint64_t *random, double goal)
{
    double logs[TRACES][MOST_HEATS], truth = 0;
    struct interval_part parts[TRACES];
    for (size_t i = 0; i < TRACES; i++) {
        parts[i] = (struct interval_part){.share = 5, .heats = 0};
        truth += 5 * score_throughput(&policy, 0.02 + 0.02 * (double)i);
    }
    for (unsigned look = 1, heats = 2; heats <= MOST_HEATS; look++, heats += heats / 2) {
        for (size_t i = 0; i < TRACES; i++) {
            while (parts[i].heats < heats)
                logs[i][parts[i].heats++] = log(0.02 + 0.02 * (double)i) + 0.1 * noise(random);
            parts[i].ratio = exp(stats_median(logs[i], heats));
            parts[i].sigma = stats_deviation(logs[i], heats);
        }
        double half = interval_half(&policy, parts, TRACES, look);
        if (half <= goal || heats + heats / 2 > MOST_HEATS)
            return fabs(estimated_points(parts) - truth) <= half;
    }
    return false;
}

static void test_interval__it_holds_the_truth(void **state)
{
    (void)state;
    uint64_t random = 20260101;
    static const double goals[] = {2, 1, 0.5, 0.3};
    for (size_t g = 0; g < COUNT(goals); g++) {
        int held = 0;
        for (int run = 0; run < RUNS; run++)
            held += holds(&random, goals[g]);
        print_message("goal %.1f: the interval held the truth in %.1f %% of %d grades\n",
                      goals[g], 100.0 * held / (double)RUNS, RUNS);
        assert_true(held >= (int)((1 - INTERVAL_RISK) * (double)RUNS));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interval__flat_parts_of_the_curve_are_known),
        cmocka_unit_test(test_interval__later_looks_are_more_careful),
        cmocka_unit_test(test_interval__shared_errors_do_not_cancel),
        cmocka_unit_test(test_interval__it_holds_the_truth),
    };
    return cmocka_run_group_tests_name("interval", tests, NULL, NULL);
}
