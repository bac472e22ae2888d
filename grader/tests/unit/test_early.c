/*
 * test_early.c - promised: early payloads are aligned, zero, apart from each other, know their
 * sizes and lie in the area; what does not fit is NULL, however large.
 */
#include "unit.h"

#define EARLY_BYTES ((size_t)1 << 14)
#include "early.h"

static int empty_area(void **state)
{
    (void)state;
    memset(early, 0, sizeof early);
    early_used = 0;
    return 0;
}

static void test_early__payloads_are_apart_and_within(void **state)
{
    (void)state;
    uint64_t random = 5;
    unsigned char *last = early;
    for (int i = 0; i < 200; i++) {
        size_t size = dice(&random, 200), alignment = (size_t)1 << dice(&random, 9);
        unsigned char *ptr = early_alloc(alignment, size);
        if (!ptr)
            break;
        assert_true(early_holds(ptr) && (uintptr_t)ptr % alignment == 0);
        assert_true(ptr >= last + EARLY_FRONT && ptr + size <= early + EARLY_BYTES);
        assert_int_equal(early_size(ptr), size);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(ptr[k], 0);
        memset(ptr, 0xff, size);
        last = ptr + size;
    }
    assert_true(last > early + EARLY_BYTES / 2);
}

static void test_early__what_does_not_fit_is_refused(void **state)
{
    (void)state;
    for (size_t less = 0; less <= 2 * EARLY_FRONT - 1; less++)
        assert_null(early_alloc(1, EARLY_BYTES - less));
    assert_null(early_alloc(1, SIZE_MAX));
    assert_null(early_alloc((size_t)1 << 40, 1));
    assert_null(early_alloc(EARLY_BYTES, 1));
}

static void test_early__all_of_it_can_be_had(void **state)
{
    (void)state;
    assert_non_null(early_alloc(1, EARLY_BYTES - 2 * EARLY_FRONT));
    assert_null(early_alloc(1, 1));
    assert_false(early_holds(early + EARLY_BYTES) || early_holds(NULL));
}

#define TEST(name) cmocka_unit_test_setup(test_early__##name, empty_area)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(payloads_are_apart_and_within),
        TEST(what_does_not_fit_is_refused),
        TEST(all_of_it_can_be_had),
    };
    return cmocka_run_group_tests_name("early", tests, NULL, NULL);
}
