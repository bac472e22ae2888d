/* test_pages.c - promised: every page counts once, whatever the order and overlap. */
#include "unit.h"

#include "pages.h"
#include <stdbool.h>

enum { SPACE = 200 };

static void test_pages__nothing(void **state)
{
    (void)state;
    struct pages set = {0};
    pages_add(&set, 5, 5);
    pages_add(&set, 6, 5);
    assert_int_equal(pages_count(&set), 0);
    assert_false(pages_meet(&set, 0, UINT64_MAX));
    assert_false(pages_meet(&set, 5, 5));
    pages_clear(&set);
}

static void test_pages__ranges_that_touch_become_one(void **state)
{
    (void)state;
    struct pages set = {0};
    pages_add(&set, 10, 20);
    pages_add(&set, 30, 40);
    assert_int_equal(set.count, 2);
    pages_add(&set, 20, 30);
    assert_int_equal(set.count, 1);
    assert_int_equal(pages_count(&set), 30);
    pages_clear(&set);
}

static void test_pages__half_open_at_both_ends(void **state)
{
    (void)state;
    struct pages set = {0};
    pages_add(&set, 10, 20);
    assert_false(pages_meet(&set, 0, 10));
    assert_true(pages_meet(&set, 0, 11));
    assert_true(pages_meet(&set, 19, 20));
    assert_false(pages_meet(&set, 20, 21));
    assert_false(pages_meet(&set, 15, 15));
    pages_clear(&set);
}

static void test_pages__ranges_of_2_to_the_40(void **state)
{
    (void)state;
    struct pages set = {0};
    pages_add(&set, 1, (uint64_t)1 << 40);
    pages_add(&set, (uint64_t)1 << 39, (uint64_t)1 << 41);
    assert_int_equal(pages_count(&set), ((uint64_t)1 << 41) - 1);
    pages_clear(&set);
}

/* Every second of them: none is lost, and holes are filled where there are too many. */
static void test_pages__no_more_than_can_be_kept(void **state)
{
    (void)state;
    struct pages set = {0};
    for (uint64_t i = 3 * PAGES_RANGES; i-- > 0;)
        pages_add(&set, 2 * i, 2 * i + 1);
    for (uint64_t i = 0; i < 3 * PAGES_RANGES; i++)
        assert_true(pages_meet(&set, 2 * i, 2 * i + 1));
    assert_int_equal(set.count, PAGES_RANGES);
    assert_true(pages_count(&set) >= 3 * PAGES_RANGES);
    assert_true(pages_count(&set) < 6 * PAGES_RANGES);
    pages_add(&set, 1, 6 * PAGES_RANGES);
    assert_int_equal(set.count, 1);
    pages_clear(&set);
}

static void assert_like(const struct pages *set, const bool in[SPACE])
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < SPACE; i++) {
        count += in[i];
        assert_int_equal(pages_meet(set, i, i + 1), in[i]);
    }
    assert_int_equal(pages_count(set), count);
    for (size_t i = 1; i < set->count; i++) /* sorted, and never side by side */
        assert_true(set->ranges[i - 1].to < set->ranges[i].from);
}

static void test_pages__like_a_row_of_marks(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int round = 0; round < 200; round++) {
        struct pages set = {0};
        bool in[SPACE] = {false};
        for (int i = 0; i < 30; i++) {
            uint64_t from = dice(&random, SPACE), to = from + dice(&random, 9);
            to = to < SPACE ? to : SPACE;
            pages_add(&set, from, to);
            for (uint64_t k = from; k < to; k++)
                in[k] = true;
        }
        assert_like(&set, in);
        pages_clear(&set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages__nothing),
        cmocka_unit_test(test_pages__ranges_that_touch_become_one),
        cmocka_unit_test(test_pages__half_open_at_both_ends),
        cmocka_unit_test(test_pages__ranges_of_2_to_the_40),
        cmocka_unit_test(test_pages__no_more_than_can_be_kept),
        cmocka_unit_test(test_pages__like_a_row_of_marks),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
