/* test_break.c - promised: the break moves exactly as asked, or stays and says why. */
#include "unit.h"

#include "break.h"
#include <errno.h>

static void test_break__raised_and_lowered(void **state)
{
    (void)state;
    struct program_break b = {.limit = 1000};
    assert_int_equal(break_move(&b, 300), 0);
    assert_int_equal(b.size, 300);
    assert_int_equal(break_move(&b, -100), 0);
    assert_int_equal(b.size, 200);
    assert_int_equal(break_move(&b, 0), 0);
    assert_int_equal(b.size, 200);
    assert_int_equal(break_move(&b, -200), 0);
    assert_int_equal(b.size, 0);
}

static void test_break__up_to_the_limit_and_not_beyond(void **state)
{
    (void)state;
    struct program_break b = {.limit = 1000};
    assert_int_equal(break_move(&b, 1001), ENOMEM);
    assert_int_equal(b.size, 0);
    assert_int_equal(break_move(&b, 1000), 0);
    assert_int_equal(break_move(&b, 1), ENOMEM);
    assert_int_equal(b.size, 1000);
}

static void test_break__never_below_the_start(void **state)
{
    (void)state;
    struct program_break b = {.limit = 1000, .size = 10};
    assert_int_equal(break_move(&b, -11), EINVAL);
    assert_int_equal(b.size, 10);
}

static void test_break__any_increment_is_safe(void **state)
{
    (void)state;
    struct program_break b = {.limit = (uint64_t)1 << 44, .size = 10};
    assert_int_equal(break_move(&b, INT64_MAX), ENOMEM);
    assert_int_equal(break_move(&b, INT64_MIN), EINVAL);
    assert_int_equal(break_move(&b, INT64_MIN + 1), EINVAL);
    assert_int_equal(b.size, 10);
}

static void test_break__peak_and_calls_are_remembered(void **state)
{
    (void)state;
    struct program_break b = {.limit = 1000};
    break_move(&b, 700);
    break_move(&b, -600);
    break_move(&b, 200);
    assert_int_equal(break_move(&b, 5000), ENOMEM);
    assert_int_equal(b.peak, 700);
    assert_int_equal(b.calls, 4);
}

static void test_break__rounding_to_pages(void **state)
{
    (void)state;
    assert_int_equal(page_up(0, 4096), 0);
    assert_int_equal(page_up(1, 4096), 4096);
    assert_int_equal(page_up(4096, 4096), 4096);
    assert_int_equal(page_up(4097, 4096), 8192);
    assert_int_equal(page_down(4095, 4096), 0);
    assert_int_equal(page_down(4096, 4096), 4096);
    assert_int_equal(page_down(((uint64_t)1 << 45) + 1, 4096), (uint64_t)1 << 45);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_break__raised_and_lowered),
        cmocka_unit_test(test_break__up_to_the_limit_and_not_beyond),
        cmocka_unit_test(test_break__never_below_the_start),
        cmocka_unit_test(test_break__any_increment_is_safe),
        cmocka_unit_test(test_break__peak_and_calls_are_remembered),
        cmocka_unit_test(test_break__rounding_to_pages),
    };
    return cmocka_run_group_tests_name("break", tests, NULL, NULL);
}
