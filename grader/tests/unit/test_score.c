/*
 * test_score.c - promised: points are what the policy says, averaged by category first, and
 * an invalid trace earns nothing while the others still count.
 */
#include "unit.h"

#include "score.h"

static const struct policy policy = {.correctness = 20,
                                     .utilization = 40,
                                     .throughput = 40,
                                     .utilization_curve = {0.40, 0.90},
                                     .throughput_curve = {0.005, 0.50},
                                     .throughput_needs = 0.40,
                                     .categories = {{"debug", 0}, {"heavy", 3}},
                                     .category_count = 2};

/* A trace that earns all, but for what a test changes. */
static struct score_trace best(const char *category)
{
    return (struct score_trace){
        .category = category, .valid = true, .utilization = 1, .ratio = 1};
}

static void test_score__utilization_is_a_straight_line(void **state)
{
    (void)state;
    assert_near(score_utilization(&policy, 0), 0);
    assert_near(score_utilization(&policy, 0.40), 0);
    assert_near(score_utilization(&policy, 0.65), 0.5);
    assert_near(score_utilization(&policy, 0.90), 1);
    assert_near(score_utilization(&policy, 1.5), 1);
    assert_near(score_utilization(&policy, NAN), 1); /* nothing was live: nothing to lose */
}

static void test_score__throughput_is_a_straight_line_in_the_logarithm(void **state)
{
    (void)state;
    assert_near(score_throughput(&policy, 0.005), 0);
    assert_near(score_throughput(&policy, 0.05), 0.5);
    assert_near(score_throughput(&policy, 0.50), 1);
    assert_near(score_throughput(&policy, 0.0001), 0);
    assert_near(score_throughput(&policy, 20), 1);
    assert_near(score_throughput(&policy, INFINITY), 1);
    assert_near(score_throughput(&policy, 0), 0);
    assert_near(score_throughput(&policy, -1), 0);
    assert_near(score_throughput(&policy, NAN), 0); /* not measured */
}

static void test_score__full_marks(void **state)
{
    (void)state;
    struct score_trace traces[] = {best("mix"), best("struct")};
    struct score score = score_compute(&policy, traces, 2);
    assert_true(score.scored);
    assert_near(score.max, 100);
    assert_near(score.total, 100);
    assert_near(score.correctness, 20);
    assert_near(score.utilization, 40);
    assert_near(score.throughput, 40);
}

static void test_score__an_invalid_trace_earns_nothing_the_others_count(void **state)
{
    (void)state;
    struct score_trace traces[] = {best("mix"), best("struct")};
    traces[1].valid = false;
    struct score score = score_compute(&policy, traces, 2);
    assert_near(score.total, 50);
    assert_near(score.correctness, 10);
    assert_near(traces[1].earned.correctness, 0);
    assert_near(traces[1].earned.utilization, 0);
    assert_near(traces[1].earned.throughput, 0);
    assert_near(traces[0].earned.throughput, 1);
}

static void test_score__means_per_category_first(void **state)
{
    (void)state;
    /* Three bad small traces in one category weigh as much as the good one in the other. */
    struct score_trace traces[] = {best("mix"), best("struct"), best("struct"), best("struct")};
    traces[1].valid = traces[2].valid = traces[3].valid = false;
    assert_near(score_compute(&policy, traces, 4).total, 50);
    traces[2].valid = true; /* a third of that category */
    assert_near(score_compute(&policy, traces, 4).correctness, 20 * (1 + 1.0 / 3) / 2);
}

static void test_score__categories_are_weighted(void **state)
{
    (void)state;
    struct score_trace traces[] = {best("mix"), best("heavy")};
    traces[0].valid = false;
    assert_near(score_compute(&policy, traces, 2).total, 75);
}

static void test_score__a_category_of_weight_0_is_not_scored(void **state)
{
    (void)state;
    struct score_trace traces[] = {best("debug"), best("mix")};
    traces[0].valid = false;
    assert_near(score_compute(&policy, traces, 2).total, 100);
    struct score score = score_compute(&policy, traces, 1);
    assert_false(score.scored);
    assert_near(score.total, 0);
    assert_near(score.max, 100);
    assert_false(score_compute(&policy, traces, 0).scored);
}

static void test_score__fuzz_counts_for_correctness_alone(void **state)
{
    (void)state;
    struct score_trace traces[] = {best("mix"), best("fuzz")};
    traces[1].utilization = traces[1].ratio = NAN;
    assert_near(score_compute(&policy, traces, 2).total, 100);
    traces[1].valid = false;
    struct score score = score_compute(&policy, traces, 2);
    assert_near(score.correctness, 10);
    assert_near(score.utilization, 40);
    assert_near(score.throughput, 40);
    assert_false(score_compute(&policy, &traces[1], 1).scored); /* alone it is no grade */
}

static void test_score__speed_needs_some_utilization(void **state)
{
    (void)state;
    struct score_trace traces[] = {best("mix")};
    traces[0].utilization = 0.39;
    assert_near(score_compute(&policy, traces, 1).throughput, 0);
    traces[0].utilization = 0.40;
    assert_near(score_compute(&policy, traces, 1).throughput, 40);
    traces[0].utilization = NAN;
    assert_near(score_compute(&policy, traces, 1).throughput, 40);
}

static void test_score__what_a_trace_is_worth(void **state)
{
    (void)state;
    const struct score_trace traces[] = {best("mix"), best("mix"), best("heavy"),
                                         best("debug")};
    assert_near(score_share(&policy, traces, 4, 0), 40.0 / 4 / 2);
    assert_near(score_share(&policy, traces, 4, 2), 40.0 * 3 / 4);
    assert_near(score_share(&policy, traces, 4, 3), 0);
    assert_near(score_share(&policy, traces + 3, 1, 0), 0);
}

static void test_score__the_points_add_up(void **state)
{
    (void)state;
    uint64_t random = 8;
    static const char *const names[] = {"a", "b", "heavy", "debug"};
    for (int round = 0; round < 1000; round++) {
        struct score_trace traces[12];
        for (size_t i = 0; i < COUNT(traces); i++)
            traces[i] = (struct score_trace){.category = names[dice(&random, 4)],
                                             .valid = dice(&random, 4) > 0,
                                             .utilization = (double)dice(&random, 150) / 100,
                                             .ratio = (double)dice(&random, 100) / 50};
        struct score s = score_compute(&policy, traces, COUNT(traces));
        assert_near(s.total, s.correctness + s.utilization + s.throughput);
        assert_true(s.correctness >= 0 && s.correctness <= 20 + 1e-9);
        assert_true(s.utilization >= 0 && s.utilization <= 40 + 1e-9);
        assert_true(s.throughput >= 0 && s.throughput <= 40 + 1e-9);
    }
}

static void test_score__means_leave_out_what_is_not_there(void **state)
{
    (void)state;
    const struct score_trace traces[] = {best("mix"), best("mix"), best("heavy"),
                                         best("debug")};
    assert_near(score_mean(&policy, traces, (double[]){1, 3, 6, 1000}, 4), (2 + 3 * 6) / 4.0);
    assert_near(score_mean(&policy, traces, (double[]){NAN, 3, 6, 0}, 4), (3 + 3 * 6) / 4.0);
    assert_near(score_mean(&policy, traces, (double[]){1, 3, NAN, 0}, 4), 2);
    assert_true(isnan(score_mean(&policy, traces, (double[]){NAN, NAN, NAN, 1}, 4)));
    assert_true(isnan(score_mean(&policy, traces, NULL, 0)));
}

static double checker_points(double rate, double alarms)
{
    const struct policy with = {.checker = 10, .checker_full = 0.95};
    struct score score = {.scored = true, .total = 50, .max = 100};
    score_add_checker(&score, &with, rate, alarms);
    assert_near(score.max, 110);
    assert_near(score.total, 50 + score.checker);
    return score.checker;
}

static void test_score__the_heap_checker(void **state)
{
    (void)state;
    assert_near(checker_points(0.95, 0), 10);
    assert_near(checker_points(1, 0), 10);
    assert_near(checker_points(0.475, 0), 5);
    assert_near(checker_points(1, 0.05), 5);
    assert_near(checker_points(1, 0.1), 0);
    assert_near(checker_points(NAN, NAN), 0);
    struct score none = {.scored = false};
    score_add_checker(&none, &(struct policy){.checker = 10, .checker_full = 1}, 1, 0);
    assert_near(none.total, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_score__utilization_is_a_straight_line),
        cmocka_unit_test(test_score__throughput_is_a_straight_line_in_the_logarithm),
        cmocka_unit_test(test_score__full_marks),
        cmocka_unit_test(test_score__an_invalid_trace_earns_nothing_the_others_count),
        cmocka_unit_test(test_score__means_per_category_first),
        cmocka_unit_test(test_score__categories_are_weighted),
        cmocka_unit_test(test_score__a_category_of_weight_0_is_not_scored),
        cmocka_unit_test(test_score__fuzz_counts_for_correctness_alone),
        cmocka_unit_test(test_score__speed_needs_some_utilization),
        cmocka_unit_test(test_score__what_a_trace_is_worth),
        cmocka_unit_test(test_score__the_points_add_up),
        cmocka_unit_test(test_score__means_leave_out_what_is_not_there),
        cmocka_unit_test(test_score__the_heap_checker),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
