/* test_checked.c - promised: how much of a run's time its first operations took. */
#include "unit.h"

#include "checked.h"

static void test_checked__part_of_the_time(void **state)
{
    (void)state;
    struct checked_result result = {0};
    for (size_t i = 0; i < CHECKED_PARTS; i++) /* as for a search that gets longer */
        result.pace[i] = (double)((i + 1) * (i + 1));
    assert_near(checked_part(&result, 0, 3200), 0);
    assert_near(checked_part(&result, 1600, 3200), 0.25);
    assert_near(checked_part(&result, 50, 3200), 0.5 / CHECKED_PARTS / CHECKED_PARTS);
    assert_near(checked_part(&result, 3200, 3200), 1);
    assert_near(checked_part(&result, 1, 2), 0.25); /* fewer operations than parts */
}

static void test_checked__no_time_at_all(void **state)
{
    (void)state;
    struct checked_result result = {0};
    assert_near(checked_part(&result, 1, 2), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checked__part_of_the_time),
        cmocka_unit_test(test_checked__no_time_at_all),
    };
    return cmocka_run_group_tests_name("checked", tests, NULL, NULL);
}
