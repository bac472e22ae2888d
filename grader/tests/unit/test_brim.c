/*
 * test_brim.c - promised: a brim is a well-formed trace in which all is freed, the same for the
 * same state and turn; its first large request may be refused, in any heap; the heap then gets
 * full, and most requests of a few bytes come after that.
 */
#include "traces.h"

#include "brim.h"

enum { MOST = 400 };

static void make(uint64_t state, uint32_t turn, struct trace *mix)
{
    make_mix(brim_make, state, turn, MOST, mix);
}

static void test_brim__is_well_formed_and_frees_all(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 300; i++) {
        struct trace mix;
        make(i * 77, i, &mix);
        assert_in_range(mix.count, MOST / 2, MOST);
        assert_reads_back(&mix);
        assert_frees_all(&mix);
        trace_free(&mix);
    }
}

static void test_brim__same_state_and_turn_same_trace(void **state)
{
    (void)state;
    assert_turns_differ(brim_make, MOST, 100);
}

/* What is left of a heap of `limit` bytes, if nothing but payloads took room. */
static uint64_t left_after(const struct trace *mix, uint64_t limit, size_t *at)
{
    uint64_t left = limit, largest = 0;
    for (*at = 0; *at < mix->count; ++*at) {
        uint64_t bytes = operation_bytes(&mix->operations[*at]);
        if (largest == 0 && bytes <= limit && bytes > 65536)
            assert_true(bytes >= limit / 2); /* this one may be refused, and all after it */
        largest = bytes > largest ? bytes : largest;
        left -= bytes <= left && bytes > 65536 ? bytes : 0;
        if (left <= 65536)
            break;
    }
    return left;
}

static void test_brim__any_heap_gets_full_and_work_goes_on(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        for (unsigned octave = 30; octave <= BRIM_MOST + 1; octave += BRIM_MOST + 1 - 30) {
            struct trace mix;
            size_t at;
            make(i, i, &mix);
            assert_true(left_after(&mix, (uint64_t)1 << octave, &at) <= 65536);
            assert_in_range(at, 20, mix.count / 2);
            trace_free(&mix);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brim__is_well_formed_and_frees_all),
        cmocka_unit_test(test_brim__same_state_and_turn_same_trace),
        cmocka_unit_test(test_brim__any_heap_gets_full_and_work_goes_on),
    };
    return cmocka_run_group_tests_name("brim", tests, NULL, NULL);
}
