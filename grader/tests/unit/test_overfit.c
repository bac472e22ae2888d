/* test_overfit.c - promised: an advantage that vanishes shows, and nothing else accuses. */
#include "unit.h"

#include "overfit.h"

static size_t judged(struct overfit_face open, struct overfit_face private)
{
    struct findings findings = {0};
    overfit_judge("mix", &open, &private, &findings);
    size_t count = findings.count;
    if (count)
        assert_int_equal(findings.items[0].code, FINDING_OVERFITTED);
    findings_clear(&findings);
    return count;
}

static void test_overfit__an_advantage_that_vanishes(void **state)
{
    (void)state;
    assert_int_equal(
        judged((struct overfit_face){0.9, 0.9, 1}, (struct overfit_face){0.7, 0.9, 1}), 1);
    assert_int_equal(
        judged((struct overfit_face){0.9, 0.9, 5}, (struct overfit_face){0.9, 0.9, 1}), 1);
}

static void test_overfit__honest_ones(void **state)
{
    (void)state;
    assert_int_equal(
        judged((struct overfit_face){0.9, 0.9, 1}, (struct overfit_face){0.9, 0.9, 1}), 0);
    /* The reference found the variation harder as well. */
    assert_int_equal(
        judged((struct overfit_face){0.9, 0.9, 1}, (struct overfit_face){0.7, 0.7, 1}), 0);
    /* Each was lucky once: stage 2 on a trace of two blocks that grow. */
    assert_int_equal(
        judged((struct overfit_face){0.653, 0.675, 1}, (struct overfit_face){0.624, 0.7, 1}),
        0);
    /* Its processes had other luck with their pages. */
    assert_int_equal(
        judged((struct overfit_face){0.9, 0.9, 0.2}, (struct overfit_face){0.9, 0.9, 0.09}), 0);
    /* Better on the variation than in public. */
    assert_int_equal(
        judged((struct overfit_face){0.5, 0.9, 1}, (struct overfit_face){0.9, 0.9, 9}), 0);
    assert_int_equal(
        judged((struct overfit_face){NAN, 0.9, NAN}, (struct overfit_face){0.7, NAN, 1}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overfit__an_advantage_that_vanishes),
        cmocka_unit_test(test_overfit__honest_ones),
    };
    return cmocka_run_group_tests_name("overfit", tests, NULL, NULL);
}
