/*
 * test_fuzz.c - promised: mix after mix is a well-formed trace, the same for the same seed and
 * number; together they hold every operation and every special case; numbers have names.
 */
#include "traces.h"

#include "brim.h"
#include "fuzz.h"
#include <string.h>

enum { MIXES = 150 };

static void test_fuzz__mixes_are_well_formed_and_short(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < 20 * MIXES; number++) {
        struct trace mix;
        fuzz_make(number / 7, number, &mix);
        assert_in_range(mix.count, 20, FUZZ_OPERATIONS);
        if (number % 10 == 0)
            assert_reads_back(&mix);
        trace_free(&mix);
    }
}

static void test_fuzz__same_seed_and_number_same_mix(void **state)
{
    (void)state;
    struct trace a, b, other_number, other_seed;
    fuzz_make(3, 14, &a);
    fuzz_make(3, 14, &b);
    fuzz_make(3, 15, &other_number);
    fuzz_make(4, 14, &other_seed);
    assert_int_equal(a.count, b.count);
    assert_true(same_operations(&a, &b, a.count));
    assert_false(same_operations(&a, &other_number, 20));
    assert_false(same_operations(&a, &other_seed, 20));
    trace_free(&a);
    trace_free(&b);
    trace_free(&other_number);
    trace_free(&other_seed);
}

/* What a set of mixes must hold at least once. */
enum special {
    MALLOC_ZERO,
    CALLOC_ZERO,
    FREE_NULL,
    REALLOC_NULL,
    REALLOC_ZERO,
    REALLOC_UP,
    REALLOC_DOWN,
    PRODUCT_WRAPS,
    NEAR_SIZE_MAX,
    REALLOC_IMPOSSIBLE,
    WORK_AFTER_IMPOSSIBLE,
    HALF_THE_HEAP,
    SPECIALS
};

static void note(const struct operation *op, const uint64_t *size, const bool *live,
                 bool *refused, size_t *seen)
{
    uint64_t bytes = operation_bytes(op);
    bool impossible = op->kind != OP_FREE && bytes >> 45;
    bool resizes = op->kind == OP_REALLOC && live[op->id];
    seen[MALLOC_ZERO] += op->kind == OP_MALLOC && bytes == 0;
    seen[CALLOC_ZERO] += op->kind == OP_CALLOC && bytes == 0;
    seen[FREE_NULL] += op->kind == OP_FREE && !live[op->id];
    seen[REALLOC_NULL] += op->kind == OP_REALLOC && !live[op->id];
    seen[REALLOC_ZERO] += resizes && bytes == 0;
    seen[REALLOC_UP] += resizes && !impossible && bytes > size[op->id];
    seen[REALLOC_DOWN] += resizes && bytes && bytes < size[op->id];
    seen[PRODUCT_WRAPS] += op->kind == OP_CALLOC && op->count > 1 && bytes == UINT64_MAX;
    seen[NEAR_SIZE_MAX] += op->kind == OP_MALLOC && bytes > UINT64_MAX - 64;
    seen[REALLOC_IMPOSSIBLE] += resizes && impossible;
    seen[WORK_AFTER_IMPOSSIBLE] += *refused && bytes && !impossible;
    seen[HALF_THE_HEAP] += op->kind == OP_MALLOC && bytes == (uint64_t)1 << BRIM_MOST;
    *refused |= impossible;
}

static void test_fuzz__no_special_case_is_missing(void **state)
{
    (void)state;
    size_t seen[SPECIALS] = {0};
    for (uint32_t number = 0; number < MIXES; number++) {
        uint64_t size[FUZZ_OPERATIONS + 1] = {0};
        bool live[FUZZ_OPERATIONS + 1] = {false}, refused = false;
        struct trace mix;
        fuzz_make(2026, number, &mix);
        for (size_t i = 0; i < mix.count; i++) {
            const struct operation *op = &mix.operations[i];
            note(op, size, live, &refused, seen);
            live[op->id] = op->kind != OP_FREE;
            size[op->id] = operation_bytes(op);
        }
        trace_free(&mix);
    }
    for (size_t i = 0; i < SPECIALS; i++)
        if (seen[i] < 5)
            fail_msg("special case %zu was seen %zu times", i, seen[i]);
}

static void test_fuzz__names(void **state)
{
    (void)state;
    char name[32];
    assert_string_equal(fuzz_name(137, name), "fuzz-0137");
    assert_string_equal(fuzz_name(UINT32_MAX, name), "fuzz-4294967295");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fuzz__mixes_are_well_formed_and_short),
        cmocka_unit_test(test_fuzz__same_seed_and_number_same_mix),
        cmocka_unit_test(test_fuzz__no_special_case_is_missing),
        cmocka_unit_test(test_fuzz__names),
    };
    return cmocka_run_group_tests_name("fuzz", tests, NULL, NULL);
}
