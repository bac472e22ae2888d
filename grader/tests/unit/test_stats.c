/* test_stats.c - promised: medians that a wild value does not move, and quantiles of t. */
#include "unit.h"

#include "stats.h"

static void test_stats__medians(void **state)
{
    (void)state;
    assert_near(stats_median(NULL, 0), 0);
    assert_near(stats_median((double[]){7}, 1), 7);
    assert_near(stats_median((double[]){4, 2}, 2), 3);
    assert_near(stats_median((double[]){9, 1, 5}, 3), 5);
    assert_near(stats_median((double[]){4, 1, 3, 2}, 4), 2.5);
    assert_near(stats_median((double[]){1, 1e300, 2}, 3), 2);
}

static void test_stats__the_order_of_values_stays(void **state)
{
    (void)state;
    double values[] = {3, 1, 2};
    stats_median(values, 3);
    assert_near(values[0], 3);
    assert_near(values[1], 1);
    assert_near(values[2], 2);
}

static void test_stats__deviations_of_samples(void **state)
{
    (void)state;
    assert_near(stats_deviation(NULL, 0), 0);
    assert_near(stats_deviation((double[]){3}, 1), 0);
    assert_near(stats_deviation((double[]){5, 5, 5}, 3), 0);
    assert_near(stats_deviation((double[]){1, 3}, 2), sqrt(2));
    assert_near(stats_deviation((double[]){2, 4, 4, 4, 5, 5, 7, 9}, 8), sqrt(32.0 / 7));
}

static void test_stats__the_error_of_a_median(void **state)
{
    (void)state;
    assert_near(stats_median_error(2, 1), 2);
    assert_near(stats_median_error(2, 2), sqrt(2)); /* of two, the median is the mean */
    assert_near(stats_median_error(2, 16), sqrt(acos(0)) / 2);
}

/* From any printed table of Student's t. */
static void test_stats__the_interval_of_a_mean(void **state)
{
    (void)state;
    assert_near(stats_mean_half(3 * 3 + 4 * 4, 2), 1.96 * 5 / 2);
    assert_true(isnan(stats_mean_half(0, 0)));
}

static void test_stats__quantiles_of_t(void **state)
{
    (void)state;
    static const double table[][3] = {
        {0.05, 1, 12.7062}, {0.05, 2, 4.3027}, {0.05, 4, 2.7764},   {0.05, 10, 2.2281},
        {0.01, 1, 63.6567}, {0.01, 9, 3.2498}, {0.001, 30, 3.6460}, {0.05, 1e9, 1.9600}};
    for (size_t i = 0; i < COUNT(table); i++)
        assert_true(fabs(stats_t(table[i][0], table[i][1]) / table[i][2] - 1) < 0.002);
}

/* Wilson's own formula, worked out by hand for 8 of 10; and its two ends. */
static void test_stats__the_interval_of_a_rate(void **state)
{
    (void)state;
    double low, high;
    stats_wilson(8, 10, &low, &high);
    assert_true(fabs(low - 0.4902) < 1e-4 && fabs(high - 0.9433) < 1e-4);
    stats_wilson(0, 10, &low, &high);
    assert_true(fabs(low) < 1e-9 && fabs(high - 0.2775) < 1e-4);
    stats_wilson(10, 10, &low, &high);
    assert_true(fabs(high - 1) < 1e-9 && fabs(low - 0.7225) < 1e-4);
    stats_wilson(0, 0, &low, &high);
    assert_true(isnan(low) && isnan(high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stats__medians),
        cmocka_unit_test(test_stats__the_order_of_values_stays),
        cmocka_unit_test(test_stats__deviations_of_samples),
        cmocka_unit_test(test_stats__the_error_of_a_median),
        cmocka_unit_test(test_stats__the_interval_of_a_mean),
        cmocka_unit_test(test_stats__quantiles_of_t),
        cmocka_unit_test(test_stats__the_interval_of_a_rate),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
