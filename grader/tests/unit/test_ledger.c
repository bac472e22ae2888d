/*
 * test_ledger.c - promised: a grade is the sum of its lines; lateness, marks and decisions by
 * hand do what ledger.h says, in that order.
 */
#include "unit.h"

#include "../../gradebook/ledger.h"
#include <string.h>

static const struct policy policy = {.correctness = 20,
                                     .utilization = 40,
                                     .throughput = 40,
                                     .utilization_curve = {0.40, 0.90},
                                     .throughput_curve = {0.005, 0.50},
                                     .late = {.per_day = 0.1, .grace_days = 1, .max = 0.5},
                                     .hand = {{"style", 10}},
                                     .hand_count = 1};

static struct score_trace full = {
    .category = "mix", .valid = true, .utilization = 1, .ratio = 1};

/* A submission that earns all 100 points of the engine. */
static struct ledger_input perfect(void)
{
    return (struct ledger_input){.traces = &full, .trace_count = 1};
}

static struct ledger compute(struct ledger_input input)
{
    struct ledger ledger;
    char why[200] = "";
    assert_true(ledger_compute(&policy, &input, &ledger, why, sizeof why));
    return ledger;
}

static const struct ledger_line *find(const struct ledger *ledger, const char *name)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (strcmp(ledger->lines[i].name, name) == 0)
            return &ledger->lines[i];
    return NULL;
}

static void test_ledger__total_is_the_last_line(void **state)
{
    (void)state;
    struct ledger ledger = compute(perfect());
    assert_true(ledger.known);
    assert_near(ledger.total, 100);
    assert_near(ledger.max, 110);
    assert_string_equal(ledger.lines[ledger.count - 1].name, "total");
    assert_near(ledger.lines[ledger.count - 1].points, 100);
    assert_null(find(&ledger, "late"));
}

static void test_ledger__a_day_that_has_begun_is_late(void **state)
{
    (void)state;
    const double day = 24 * 60 * 60;
    assert_near(ledger_days(&policy, -5, 0), 0);
    assert_near(ledger_days(&policy, 0, 0), 0);
    assert_near(ledger_days(&policy, 1, 0), 0); /* the day of grace */
    assert_near(ledger_days(&policy, day, 0), 0);
    assert_near(ledger_days(&policy, day + 1, 0), 1);
    assert_near(ledger_days(&policy, 3 * day, 0), 2);
    assert_near(ledger_days(&policy, 3 * day, 1), 1);
    assert_near(ledger_days(&policy, 3 * day, 10), 0);
}

static void test_ledger__lateness_takes_a_part_and_no_more_than_the_most(void **state)
{
    (void)state;
    struct ledger_input input = perfect();
    input.marks[0] = (struct ledger_mark){"style", 10};
    input.mark_count = 1;
    input.late_seconds = 3 * 24 * 60 * 60;
    struct ledger ledger = compute(input);
    assert_near(find(&ledger, "late")->points, -22); /* 2 days, 10 % each, of 110 */
    assert_near(ledger.total, 88);
    input.late_seconds = 1e9;
    assert_near(compute(input).total, 55);
}

static void test_ledger__marks_by_hand_stay_within_the_policy(void **state)
{
    (void)state;
    struct ledger ledger;
    char why[200];
    struct ledger_input input = perfect();
    input.mark_count = 1;
    input.marks[0] = (struct ledger_mark){"style", 7.5};
    assert_near(compute(input).total, 107.5);
    input.marks[0].points = 10.5;
    assert_false(ledger_compute(&policy, &input, &ledger, why, sizeof why));
    assert_string_equal(why, "style is marked from 0 to 10, not 10.5");
    input.marks[0].points = -1;
    assert_false(ledger_compute(&policy, &input, &ledger, why, sizeof why));
    input.marks[0] = (struct ledger_mark){"taste", 1};
    assert_false(ledger_compute(&policy, &input, &ledger, why, sizeof why));
    assert_string_equal(why, "the policy has no hand.taste");
}

static void test_ledger__decisions_come_last(void **state)
{
    (void)state;
    struct ledger_input input = perfect();
    input.late_seconds = 2 * 24 * 60 * 60;
    input.points[0] = 5;
    input.points[1] = -2.5;
    input.point_count = 2;
    assert_near(compute(input).total, 92.5);
    input.points[1] = -1000;
    assert_near(compute(input).total, 0);
    input.overridden = true;
    input.override = 77;
    assert_near(compute(input).total, 77);
}

static void test_ledger__the_checker_counts_where_the_policy_says(void **state)
{
    (void)state;
    struct ledger_input input = perfect();
    input.checker_rate = 0.5;
    assert_near(compute(input).total, 100);
    struct policy generous = policy;
    generous.checker = 10;
    generous.checker_full = 1;
    struct ledger ledger;
    char why[200];
    assert_true(ledger_compute(&generous, &input, &ledger, why, sizeof why));
    assert_near(find(&ledger, "checker")->points, 5);
    assert_near(ledger.total, 105);
    assert_near(ledger.max, 120);
}

static void test_ledger__nothing_graded_is_no_zero(void **state)
{
    (void)state;
    struct ledger_input input = {.late_seconds = 1e6};
    struct ledger ledger = compute(input);
    assert_false(ledger.known);
    assert_true(isnan(ledger.lines[ledger.count - 1].points));
    input.overridden = true;
    input.override = 50;
    assert_true(compute(input).known);
    assert_near(compute(input).total, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ledger__total_is_the_last_line),
        cmocka_unit_test(test_ledger__a_day_that_has_begun_is_late),
        cmocka_unit_test(test_ledger__lateness_takes_a_part_and_no_more_than_the_most),
        cmocka_unit_test(test_ledger__marks_by_hand_stay_within_the_policy),
        cmocka_unit_test(test_ledger__decisions_come_last),
        cmocka_unit_test(test_ledger__the_checker_counts_where_the_policy_says),
        cmocka_unit_test(test_ledger__nothing_graded_is_no_zero),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
