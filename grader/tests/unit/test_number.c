/* test_number.c - promised: decimal digits alone are a number, up to the largest allowed. */
#include "dies.h"

#include "number.h"

static void test_number__digits_up_to_the_largest(void **state)
{
    (void)state;
    uint64_t value = 7;
    assert_true(number_read("0", 0, &value) && value == 0);
    assert_true(number_read("0064", 64, &value) && value == 64);
    assert_true(number_read("18446744073709551615", UINT64_MAX, &value) && value == UINT64_MAX);
}

static void test_number__all_else_is_none_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"",   " 1", "+1",  "-1",   "1 ",
                                        "1x", "x",  "101", "1e1",  "18446744073709551616",
                                        ".5", "0x", "1\n", "1000", "-18446744073709551615"};
    uint64_t value = 7;
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_false(number_read(texts[i], 100, &value));
        assert_int_equal(value, 7);
    }
}

static void read_in_vain(void *text)
{
    number_must_read("SEED", text, 100);
}

static void test_number__what_must_be_one_is_or_ends_the_program(void **state)
{
    (void)state;
    assert_int_equal(number_must_read("SEED", "100", 100), 100);
    assert_dies(read_in_vain, "101", "SEED is a number from 0 to 100, not '101'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number__digits_up_to_the_largest),
        cmocka_unit_test(test_number__all_else_is_none_and_changes_nothing),
        cmocka_unit_test(test_number__what_must_be_one_is_or_ends_the_program),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
