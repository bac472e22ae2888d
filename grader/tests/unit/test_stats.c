/* test_stats.c - promised: medians that a single wild value does not move. */
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
    stats_median_error(values, 3);
    assert_near(values[0], 3);
    assert_near(values[1], 1);
    assert_near(values[2], 2);
}

static void test_stats__the_error_of_a_median(void **state)
{
    (void)state;
    assert_true(isinf(stats_median_error(NULL, 0)));
    assert_true(isinf(stats_median_error((double[]){1}, 1)));
    assert_near(stats_median_error((double[]){5, 5, 5}, 3), 0);
    /* Deviations from 3 are 2 1 0 1 2; their median is 1. */
    assert_near(stats_median_error((double[]){1, 2, 3, 4, 5}, 5), 1.2533 * 1.4826 / sqrt(5));
    assert_near(stats_median_error((double[]){1, 2, 3, 4, 1e9}, 5), 1.2533 * 1.4826 / sqrt(5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stats__medians),
        cmocka_unit_test(test_stats__the_order_of_values_stays),
        cmocka_unit_test(test_stats__the_error_of_a_median),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
