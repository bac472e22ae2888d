/* test_checked.c - promised: a pass that was cut is reckoned by the pace of the checked run. */
#include "unit.h"

#include "checked.h"

static void test_checked__a_search_that_gets_longer(void **state)
{
    (void)state;
    struct checked_result result = {0};
    for (size_t i = 0; i < CHECKED_PARTS; i++)
        result.pace[i] = (double)((i + 1) * (i + 1));
    assert_near(checked_reckon(&result, 1, 1600, 3200), 4); /* at a steady pace it were 2 */
    assert_near(checked_reckon(&result, 1, 50, 3200), 2 * CHECKED_PARTS * CHECKED_PARTS);
    assert_near(checked_reckon(&result, 1, 3200, 3200), 1);
    assert_near(checked_reckon(&result, 1, 1, 2), 4); /* fewer operations than parts */
}

static void test_checked__nothing_to_reckon_by(void **state)
{
    (void)state;
    struct checked_result result = {.seconds = 7};
    assert_near(checked_reckon(&result, 1, 1, 2), 1); /* no pace was seen */
    result.pace[CHECKED_PARTS - 1] = 1;
    assert_near(checked_reckon(&result, 1, 0, 2), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checked__a_search_that_gets_longer),
        cmocka_unit_test(test_checked__nothing_to_reckon_by),
    };
    return cmocka_run_group_tests_name("checked", tests, NULL, NULL);
}
