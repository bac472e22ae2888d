/* test_windows.c - promised: no window hides what became of a large block. */
#include "unit.h"

#include "windows.h"

static struct trace trace_of(struct operation *operations, size_t count)
{
    return (struct trace){.operations = operations, .count = count, .ids = 4};
}

static void test_windows__by_length(void **state)
{
    (void)state;
    struct operation operations[1000];
    for (size_t i = 0; i < COUNT(operations); i++)
        operations[i] =
            (struct operation){.kind = i % 2 ? OP_FREE : OP_MALLOC, .count = 1, .size = 8};
    struct trace trace = trace_of(operations, COUNT(operations));
    struct windows windows = windows_cut(&trace, 300);
    assert_int_equal(windows.count, 4);
    assert_int_equal(windows.ends[0], 300);
    assert_int_equal(windows.ends[3], 1000);
    assert_int_equal(windows.warm, 3 * (300 / 8) + 100 / 8);
    assert_int_equal(windows.timed + windows.warm, 1000);
    windows_free(&windows);
}

static void test_windows__a_large_block_is_seen(void **state)
{
    (void)state;
    struct operation operations[] = {{.kind = OP_CALLOC, .id = 0, .count = 1, .size = 100000},
                                     {.kind = OP_MALLOC, .id = 1, .count = 1, .size = 8},
                                     {.kind = OP_REALLOC, .id = 0, .count = 1, .size = 200000},
                                     {.kind = OP_FREE, .id = 1},
                                     {.kind = OP_FREE, .id = 0}};
    struct trace trace = trace_of(operations, COUNT(operations));
    struct windows windows = windows_cut(&trace, 4096);
    assert_int_equal(windows.count, 3);
    assert_int_equal(windows.ends[0], 2); /* before the realloc */
    assert_int_equal(windows.ends[1], 4); /* before the free */
    windows_free(&windows);
}

static void test_windows__a_long_window_warms_up_no_longer(void **state)
{
    (void)state;
    assert_int_equal(windows_warming(7), 0);
    assert_int_equal(windows_warming(800), 100);
    assert_int_equal(windows_warming(1000000), WINDOWS_WARM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_windows__by_length),
        cmocka_unit_test(test_windows__a_large_block_is_seen),
        cmocka_unit_test(test_windows__a_long_window_warms_up_no_longer),
    };
    return cmocka_run_group_tests_name("windows", tests, NULL, NULL);
}
