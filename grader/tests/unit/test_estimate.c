/*
 * test_estimate.c - promised: disturbed windows do not count, untimed work is paid for, and
 * several heats say how well the ratio is known.
 */
#include "unit.h"

#include "estimate.h"

enum { ROUNDS = 3, WINDOWS = 4 };

struct side {
    double windows[ROUNDS * WINDOWS], untimed[ROUNDS];
};

/* `seconds` in each window, as much untimed as that speed and `cold` seconds make. */
static struct side steady(double seconds, double cold)
{
    struct side side;
    for (size_t i = 0; i < COUNT(side.windows); i++)
        side.windows[i] = seconds;
    for (size_t r = 0; r < ROUNDS; r++)
        side.untimed[r] = seconds * (double)WINDOWS / 8 + cold;
    return side;
}

static struct estimate_heat heat(struct side *student, struct side *reference)
{
    struct estimate_times s = {student->windows, student->untimed, ROUNDS};
    struct estimate_times r = {reference->windows, reference->untimed, ROUNDS};
    return estimate_heat(&s, &r, WINDOWS, 8, 1);
}

static void test_estimate__steady_sides(void **state)
{
    (void)state;
    struct side student = steady(2e-4, 1e-5), reference = steady(1e-4, 1e-5);
    struct estimate_heat result = heat(&student, &reference);
    assert_near(exp(result.log_ratio), 0.5);
    assert_near(result.seconds, 8e-4);
    assert_near(result.reference_seconds, 4e-4);
    assert_near(result.charged, 0);
}

static void test_estimate__interrupts_do_not_count(void **state)
{
    (void)state;
    struct side student = steady(2e-4, 1e-5), reference = steady(1e-4, 1e-5);
    for (size_t w = 0; w < WINDOWS; w++) { /* all but one round of each window */
        student.windows[w] += 3e-3;
        student.windows[WINDOWS + w] += 1e-5 * (double)w;
        reference.windows[2 * WINDOWS + w] += 5e-5;
    }
    assert_near(exp(heat(&student, &reference).log_ratio), 0.5);
}

static void test_estimate__untimed_work_is_charged(void **state)
{
    (void)state;
    struct side student = steady(1e-4, 0), reference = steady(1e-4, 1e-5);
    assert_near(heat(&student, &reference).charged, 0);
    student = steady(1e-4, 2e-5); /* twice the reference's cold cost is allowed */
    assert_near(heat(&student, &reference).charged, 0);
    student = steady(1e-4, 1.2e-4);
    struct estimate_heat result = heat(&student, &reference);
    assert_near(result.charged, 1e-4);
    assert_near(exp(result.log_ratio), 0.8);
}

static void test_estimate__one_long_pass_beside_many(void **state)
{
    (void)state;
    struct side student = steady(4e-2, 0), reference = steady(1e-4, 1e-5);
    struct estimate_times s = {student.windows, student.untimed, 1};
    struct estimate_times r = {reference.windows, reference.untimed, ROUNDS};
    student.windows[WINDOWS] = 1e-9; /* of a pass that was not played */
    reference.windows[0] += 5e-5;
    assert_near(exp(estimate_heat(&s, &r, WINDOWS, 8, 1).log_ratio), 1e-4 / 4e-2);
}

static void test_estimate__many_heats(void **state)
{
    (void)state;
    struct estimate_heat heats[5] = {0};
    static const double logs[] = {-0.7, -0.69, -0.71, -0.7, 3};
    for (size_t i = 0; i < COUNT(heats); i++)
        heats[i] = (struct estimate_heat){logs[i], 2, 1, 0};
    struct estimate one = estimate_all(heats, 1), all = estimate_all(heats, 5);
    assert_near(one.ratio, exp(-0.7));
    assert_near(one.sigma, ESTIMATE_UNKNOWN_SIGMA);
    assert_near(one.log_error, ESTIMATE_UNKNOWN_SIGMA);
    assert_near(all.ratio, exp(-0.7));
    assert_near(estimate_all(heats, 2).sigma, 0.01 / sqrt(2));
    assert_true(all.sigma > 1); /* a wild heat is not believed, nor hidden */
    assert_near(all.seconds, 2);
    assert_near(all.reference_seconds, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_estimate__steady_sides),
        cmocka_unit_test(test_estimate__interrupts_do_not_count),
        cmocka_unit_test(test_estimate__untimed_work_is_charged),
        cmocka_unit_test(test_estimate__one_long_pass_beside_many),
        cmocka_unit_test(test_estimate__many_heats),
    };
    return cmocka_run_group_tests_name("estimate", tests, NULL, NULL);
}
