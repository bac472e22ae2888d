/*
 * test_sweep.c - promised: a sweep is a well-formed trace in which all is freed, the same for
 * the same seed and turn; thirteen of them leave no gap between their sizes wider than a
 * percent.
 */
#include "traces.h"

#include "sweep.h"
#include <stdlib.h>
#include <string.h>

enum { MOST = 400, TURNS = 13 };

static void make(uint64_t seed, uint32_t turn, struct trace *mix)
{
    make_mix(sweep_make, seed, turn, MOST, mix);
}

static void test_sweep__is_well_formed_and_frees_all(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 200; i++) {
        struct trace mix;
        make(i * 77, i, &mix);
        assert_in_range(mix.count, MOST * 3 / 4, MOST);
        assert_reads_back(&mix);
        assert_frees_all(&mix);
        trace_free(&mix);
    }
}

static void test_sweep__same_seed_and_turn_same_trace(void **state)
{
    (void)state;
    assert_turns_differ(sweep_make, MOST, MOST * 3 / 8);
}

static int by_size(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void test_sweep__no_gap_is_wider_than_a_percent(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        static uint64_t sizes[TURNS * MOST + 2];
        size_t count = 0;
        for (uint32_t turn = 0; turn < TURNS; turn++) {
            struct trace mix;
            make(seed, turn, &mix);
            for (size_t i = 0; i < mix.count; i++)
                if (mix.operations[i].kind != OP_FREE)
                    sizes[count++] = mix.operations[i].size;
            trace_free(&mix);
        }
        sizes[count++] = 1 << SWEEP_LEAST;
        sizes[count++] = 1 << SWEEP_MOST;
        qsort(sizes, count, sizeof *sizes, by_size);
        for (size_t i = 1; i < count; i++)
            assert_true(sizes[i] - sizes[i - 1] <= 1 + sizes[i - 1] / 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sweep__is_well_formed_and_frees_all),
        cmocka_unit_test(test_sweep__same_seed_and_turn_same_trace),
        cmocka_unit_test(test_sweep__no_gap_is_wider_than_a_percent),
    };
    return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
