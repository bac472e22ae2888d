/*
 * test_creep.c - promised: a creep is a well-formed trace of the length asked for, the same for
 * the same state; a large block grows in steps of a unit through more than a page, with the
 * rests of its turn; large blocks end on both sides of a page's end.
 */
#include "traces.h"

#include "creep.h"
#include <string.h>

enum { MOST = 400, UNIT = 16, PAGE = 4096, LARGE = 100000 };

static void make(uint64_t state, uint32_t turn, struct trace *mix)
{
    make_mix(creep_make, state, turn, MOST, mix);
}

static void test_creep__is_well_formed(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 200; i++) {
        struct trace mix;
        make(i * 77, i, &mix);
        assert_int_equal(mix.count, MOST);
        assert_reads_back(&mix);
        trace_free(&mix);
    }
}

static void test_creep__same_state_same_trace(void **state)
{
    (void)state;
    struct trace a, b, other;
    make(5, 0, &a);
    make(5, 0, &b);
    make(6, 0, &other);
    assert_true(same_operations(&a, &b, MOST));
    assert_false(same_operations(&a, &other, MOST));
    trace_free(&a);
    trace_free(&b);
    trace_free(&other);
}

/* How many times in a row the first block, a large one, grew by `UNIT` and had that rest. */
static size_t longest_growth(const struct trace *mix, uint64_t rest)
{
    size_t longest = 0, run = 0;
    uint64_t size = 0;
    for (size_t i = 0; i < mix->count; i++) {
        const struct operation *op = &mix->operations[i];
        if (op->id != 0 || op->kind == OP_FREE)
            continue;
        bool steps = op->size > LARGE && op->size % UNIT == rest && size + UNIT == op->size;
        run = steps ? run + 1 : 0;
        longest = run > longest ? run : longest;
        size = op->size;
    }
    return longest;
}

static void test_creep__goes_through_a_page_with_every_rest(void **state)
{
    (void)state;
    const uint64_t rests[] = {1, 9, 5, 13};
    for (uint32_t turn = 0; turn < 4; turn++) {
        struct trace mix;
        make(9, turn, &mix);
        assert_in_range(longest_growth(&mix, rests[turn]) * UNIT, PAGE, 2 * PAGE);
        trace_free(&mix);
    }
}

static void test_creep__every_second_one_goes_over_a_large_border(void **state)
{
    enum { BORDER = 1 << 17, HEADERS = 128 };
    (void)state;
    for (uint32_t turn = 1; turn < 40; turn += 2) {
        struct trace mix;
        uint64_t below = 0, above = 0;
        make(turn * 31, turn, &mix);
        for (size_t i = 0; i < mix.count; i++) {
            const struct operation *op = &mix.operations[i];
            below += op->kind == OP_REALLOC && op->size - (BORDER - HEADERS) < HEADERS;
            above += op->kind == OP_REALLOC && op->size - BORDER < UNIT;
        }
        assert_int_equal(below, HEADERS / UNIT);
        assert_int_equal(above, 1);
        trace_free(&mix);
    }
}

static void test_creep__blocks_end_around_a_page(void **state)
{
    (void)state;
    struct trace mix;
    bool seen[2 * UNIT + 1] = {false};
    make(11, 2, &mix);
    for (size_t i = 0; i < mix.count; i++) {
        uint64_t past = (mix.operations[i].size + UNIT) % PAGE;
        if (mix.operations[i].kind == OP_MALLOC && mix.operations[i].size > LARGE - PAGE &&
            past <= 2 * UNIT)
            seen[past] = true;
    }
    for (size_t i = 0; i <= 2 * UNIT; i++)
        assert_true(seen[i]);
    trace_free(&mix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_creep__is_well_formed),
        cmocka_unit_test(test_creep__same_state_same_trace),
        cmocka_unit_test(test_creep__goes_through_a_page_with_every_rest),
        cmocka_unit_test(test_creep__every_second_one_goes_over_a_large_border),
        cmocka_unit_test(test_creep__blocks_end_around_a_page),
    };
    return cmocka_run_group_tests_name("creep", tests, NULL, NULL);
}
