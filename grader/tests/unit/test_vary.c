/*
 * test_vary.c - promised: a variation is a trace with the same operations on each block in
 * the same order, equal and larger sizes stay equal and larger, what cannot be met is as
 * it was, the peak stays, and the same seed gives the same trace.
 */
#include "traces.h"

#include "draw.h"
#include "trace.h"
#include "vary.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 300, OPERATIONS = 4000 };

static uint64_t any_size(uint64_t *state)
{
    static const uint64_t usual[] = {0, 1, 24, 24, 112, 448, 512, 4096, 100000, UINT64_MAX - 8};
    return dice(state, 2) ? usual[dice(state, COUNT(usual))] : 1 + dice(state, 3000);
}

/* A trace of all operations; a block is live while its size here is not 0. */
static struct trace make_trace(uint64_t seed)
{
    struct trace t = {.ids = BLOCKS, .count = OPERATIONS};
    bool live[BLOCKS] = {false};
    t.operations = calloc(OPERATIONS, sizeof *t.operations);
    for (size_t i = 0; i < OPERATIONS; i++) {
        uint32_t id = (uint32_t)dice(&seed, BLOCKS);
        struct operation op = {.kind = OP_FREE, .id = id, .count = 1};
        if (!live[id])
            op.kind = dice(&seed, 4) ? OP_MALLOC : OP_CALLOC;
        else if (dice(&seed, 4) == 0)
            op.kind = OP_REALLOC;
        if (op.kind == OP_CALLOC)
            op.count = 1 + dice(&seed, 9);
        if (op.kind != OP_FREE)
            op.size = any_size(&seed);
        live[id] = op.kind != OP_FREE;
        t.operations[i] = op;
    }
    return t;
}

static uint64_t bytes_of(const struct operation *op)
{
    return op->kind == OP_FREE ? 0 : operation_bytes(op);
}

/* What is live at most, if all that is below 2^42 bytes is granted. */
static uint64_t peak(const struct trace *t)
{
    uint64_t sizes[BLOCKS + 1] = {0}, live = 0, most = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct operation *op = &t->operations[i];
        uint64_t bytes = bytes_of(op);
        if (bytes >> 42)
            bytes = op->kind == OP_REALLOC ? sizes[op->id] : 0;
        live += bytes - sizes[op->id];
        sizes[op->id] = bytes;
        most = live > most ? live : most;
    }
    return most;
}

/* The blocks' own histories, block after block, in the order of first use. */
static size_t history(const struct trace *t, const struct operation **out)
{
    size_t at = 0;
    for (uint32_t id = 0; id < t->ids; id++)
        for (size_t i = 0; i < t->count; i++)
            if (t->operations[i].id == id)
                out[at++] = &t->operations[i];
    return at;
}

static void assert_same_kinds(const struct trace *a, const struct trace *b)
{
    size_t count[2][OP_FREE + 1] = {{0}};
    for (size_t i = 0; i < a->count; i++) {
        count[0][a->operations[i].kind]++;
        count[1][b->operations[i].kind]++;
    }
    assert_memory_equal(count[0], count[1], sizeof count[0]);
}

static int by_bytes(const void *a, const void *b)
{
    uint64_t x = bytes_of(*(const struct operation *const *)a);
    uint64_t y = bytes_of(*(const struct operation *const *)b);
    return (x > y) - (x < y);
}

/* Sorted by size, both must have their runs of equal sizes at the same places. */
static void assert_same_repeats(const struct trace *a, const struct trace *b)
{
    static const struct operation *x[OPERATIONS], *y[OPERATIONS];
    assert_int_equal(history(a, x), history(b, y));
    qsort(x, a->count, sizeof *x, by_bytes);
    qsort(y, b->count, sizeof *y, by_bytes);
    for (size_t i = 1; i < a->count; i++)
        assert_int_equal(bytes_of(x[i]) == bytes_of(x[i - 1]),
                         bytes_of(y[i]) == bytes_of(y[i - 1]));
    for (size_t i = 0; i < a->count; i++)
        if (bytes_of(x[i]) >> 42)
            assert_int_equal(bytes_of(x[i]), bytes_of(y[i]));
}

static void test_vary__keeps_what_it_promises(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct trace t = make_trace(1000 * seed), varied;
        vary_trace(&t, seed, &varied);
        assert_int_equal(varied.count, t.count);
        assert_reads_back(&varied);
        assert_same_kinds(&t, &varied);
        assert_same_repeats(&t, &varied);
        uint64_t was = peak(&t), is = peak(&varied), apart = is > was ? is - was : was - is;
        assert_true(100 * apart <= VARY_PEAK * was);
        trace_free(&varied);
        trace_free(&t);
    }
}

/* Each block is made, then resized, then freed, and in no other order. */
static void test_vary__moves_operations_and_none_past_its_own_block(void **state)
{
    (void)state;
    enum { LIVES = 300 };
    struct operation ops[3 * LIVES] = {{0}};
    size_t last[LIVES] = {0}, moved = 0;
    for (uint32_t id = 0; id < LIVES; id++) {
        uint64_t size = 100 + 300 * (uint64_t)id; /* far apart: it names the block */
        ops[id] = (struct operation){.kind = OP_MALLOC, .id = id, .count = 1, .size = size};
        ops[LIVES + id] =
            (struct operation){.kind = OP_REALLOC, .id = id, .count = 1, .size = size + 150};
        ops[2 * LIVES + id] = (struct operation){.kind = OP_FREE, .id = id, .count = 1};
    }
    struct trace t = {.operations = ops, .count = COUNT(ops), .ids = LIVES}, varied;
    vary_trace(&t, 7, &varied);
    for (size_t i = 0; i < varied.count; i++) {
        const struct operation *op = &varied.operations[i];
        assert_true(last[op->id] % 4 == op->kind / 2 + (op->kind > 2));
        last[op->id]++;
        moved += op->id != i % LIVES;
    }
    assert_true(moved > LIVES / 4);
    assert_reads_back(&varied);
    trace_free(&varied);
}

static void test_vary__changes_sizes_that_stand_alone(void **state)
{
    (void)state;
    struct operation ops[] = {{.kind = OP_MALLOC, .id = 0, .count = 1, .size = 112},
                              {.kind = OP_MALLOC, .id = 1, .count = 1, .size = 448},
                              {.kind = OP_MALLOC, .id = 2, .count = 1, .size = 512},
                              {.kind = OP_CALLOC, .id = 3, .count = 100, .size = 64}};
    struct trace t = {.operations = ops, .count = COUNT(ops), .ids = 4};
    size_t changed[COUNT(ops)] = {0};
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct trace varied;
        vary_trace(&t, seed, &varied);
        for (size_t i = 0; i < COUNT(ops); i++)
            for (size_t k = 0, same = 0; k <= COUNT(ops); k++) {
                same += k < COUNT(ops) && bytes_of(&varied.operations[k]) == bytes_of(&ops[i]);
                changed[i] += k == COUNT(ops) && !same;
            }
        trace_free(&varied);
    }
    for (size_t i = 0; i < COUNT(ops); i++)
        assert_true(changed[i] > 40);
}

static void test_vary__same_seed_same_trace(void **state)
{
    (void)state;
    struct trace t = make_trace(5), a, b, c;
    vary_trace(&t, 11, &a);
    vary_trace(&t, 11, &b);
    vary_trace(&t, 12, &c);
    assert_true(same_operations(&a, &b, t.count));
    assert_false(same_operations(&a, &c, t.count));
    trace_free(&a);
    trace_free(&b);
    trace_free(&c);
    trace_free(&t);
}

static void test_vary__nothing_to_vary(void **state)
{
    (void)state;
    struct operation null = {.kind = OP_FREE, .id = 0, .count = 1};
    struct trace t = {.operations = &null, .count = 0, .ids = 0}, varied;
    vary_trace(&t, 1, &varied);
    assert_int_equal(varied.count, 0);
    trace_free(&varied);
    t.count = 1;
    vary_trace(&t, 1, &varied);
    assert_int_equal(varied.operations[0].id, 0); /* the slot `ids`: still free(NULL) */
    trace_free(&varied);
}

/* Steps of the peak overflowed; a sanitizer says so. */
static void test_vary__a_peak_beyond_all_heaps(void **state)
{
    (void)state;
    enum { GIANTS = 1 << 19 };
    struct trace varied, t = {.ids = GIANTS, .count = GIANTS};
    t.operations = calloc(GIANTS, sizeof *t.operations);
    for (uint32_t i = 0; i < GIANTS; i++)
        t.operations[i] = (struct operation){
            .kind = OP_MALLOC, .id = i, .count = 1, .size = ((uint64_t)1 << 42) - 16};
    vary_trace(&t, 1, &varied);
    assert_int_equal(varied.count, GIANTS);
    trace_free(&varied);
    trace_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vary__keeps_what_it_promises),
        cmocka_unit_test(test_vary__moves_operations_and_none_past_its_own_block),
        cmocka_unit_test(test_vary__changes_sizes_that_stand_alone),
        cmocka_unit_test(test_vary__same_seed_same_trace),
        cmocka_unit_test(test_vary__nothing_to_vary),
        cmocka_unit_test(test_vary__a_peak_beyond_all_heaps),
    };
    return cmocka_run_group_tests_name("vary", tests, NULL, NULL);
}
