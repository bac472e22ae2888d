/*
 * test_shrink.c - promised: what remains still fails, nothing in it can be left out, every
 * candidate is a well-formed trace, and lines are those of the original.
 */
#include "unit.h"

#include "shrink.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const bool no_limit = false;

/* Each block is live or not as it has to be; free(NULL) has the id after the last. */
static void assert_well_formed(const struct trace *trace)
{
    bool *live = calloc(trace->ids + (size_t)1, sizeof *live);
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        assert_true(op->id < trace->ids || op->kind == OP_FREE);
        if (op->kind == OP_FREE && op->id < trace->ids)
            assert_true(live[op->id]);
        if (op->kind == OP_MALLOC || op->kind == OP_CALLOC)
            assert_false(live[op->id]);
        live[op->id] = op->kind != OP_FREE;
    }
    free(live);
}

/* Fails at the first malloc of 300 bytes or more after a block of 70 to 79 was freed. */
static bool fails(const struct trace *trace, void *context, size_t *performed)
{
    bool freed = false;
    uint64_t *sizes = calloc(trace->ids + (size_t)1, sizeof *sizes);
    assert_well_formed(trace);
    (*(size_t *)context)++;
    for (size_t i = 0; i < trace->count; i++) {
        const struct operation *op = &trace->operations[i];
        freed |= op->kind == OP_FREE && sizes[op->id] / 10 == 7;
        sizes[op->id] = op->kind == OP_FREE ? 0 : operation_bytes(op);
        if (freed && op->kind != OP_FREE && operation_bytes(op) >= 300) {
            *performed = i + 1;
            free(sizes);
            return true;
        }
    }
    free(sizes);
    return false;
}

/* A random program. An id is used for one block after the other. */
static struct trace random_trace(size_t count, uint32_t ids, uint64_t seed)
{
    struct trace trace = {.count = count, .ids = ids};
    bool *live = calloc(ids, sizeof *live);
    trace.operations = calloc(count, sizeof *trace.operations);
    for (size_t i = 0; i < count; i++) {
        struct operation *op = &trace.operations[i];
        *op = (struct operation){.id = (uint32_t)dice(&seed, ids), .line = (uint32_t)i + 5};
        op->kind = live[op->id] ? (dice(&seed, 3) ? OP_FREE : OP_REALLOC)
                                : (dice(&seed, 3) ? OP_MALLOC : OP_CALLOC);
        op->count = op->kind == OP_CALLOC ? 1 + dice(&seed, 3) : 1;
        op->size = op->kind == OP_FREE ? 0 : dice(&seed, 23);
        if (dice(&seed, 50) == 0)
            *op = (struct operation){.kind = OP_FREE, .id = ids, .count = 1, .line = op->line};
        else
            live[op->id] = op->kind != OP_FREE;
    }
    free(live);
    return trace;
}

/* Puts an operation on block `id`, which is nobody else's, in front of operation `at`. */
static void insert(struct trace *trace, size_t at, uint32_t kind, uint32_t id, uint64_t size)
{
    size_t after = trace->count++ - at;
    trace->operations = realloc(trace->operations, trace->count * sizeof *trace->operations);
    struct operation *op = &trace->operations[at];
    memmove(op + 1, op, after * sizeof *op);
    *op = (struct operation){
        .kind = kind, .id = id, .count = 1, .size = size, .line = (uint32_t)(100000 + at)};
}

static void test_shrink__three_operations_of_thousands(void **state)
{
    (void)state;
    size_t runs = 0;
    const struct shrink_test test = {fails, &runs, &no_limit};
    struct trace trace = random_trace(5000, 40, 7);
    for (size_t i = 0; i < trace.count; i++) /* makes room for id 40 */
        trace.operations[i].id += trace.operations[i].id == 40;
    trace.ids = 41;
    insert(&trace, 4000, OP_REALLOC, 40, 77);
    insert(&trace, 4200, OP_FREE, 40, 0);
    insert(&trace, 4400, OP_CALLOC, 40, 5000);
    insert(&trace, 4600, OP_FREE, 40, 0);
    struct trace best = shrink(&trace, &test);
    assert_int_equal(best.count, 3);
    assert_int_equal(best.ids, 2);
    assert_int_equal(best.operations[0].id, 0);
    assert_int_equal(best.operations[0].kind, OP_MALLOC);
    assert_int_equal(best.operations[0].size, 70);
    assert_int_equal(best.operations[0].line, 104000);
    assert_int_equal(best.operations[1].kind, OP_FREE);
    assert_int_equal(best.operations[2].kind, OP_MALLOC);
    assert_int_equal(best.operations[2].size, 300);
    assert_int_equal(best.operations[2].line, 104400);
    assert_true(runs < 300);
    trace_free(&best);
    trace_free(&trace);
}

/* Whatever fails stays failing, and no operation of the result can be left out. */
static void test_shrink__nothing_is_left_to_take_out(void **state)
{
    (void)state;
    size_t runs = 0;
    const struct shrink_test test = {fails, &runs, &no_limit};
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct trace trace = random_trace(400, 12, seed * 1000);
        for (size_t i = 0; i < trace.count; i++) /* some sizes that matter */
            trace.operations[i].size *= trace.operations[i].kind == OP_FREE ? 0 : 1 + i % 7;
        size_t performed = trace.count;
        if (!fails(&trace, &runs, &performed)) {
            trace_free(&trace);
            continue;
        }
        struct trace best = shrink(&trace, &test);
        assert_true(fails(&best, &runs, &performed));
        assert_int_equal(best.count, 3);
        trace_free(&best);
        trace_free(&trace);
    }
}

/* A test whose time is up at once: all comes back, unharmed, and soon. */
static bool never(const struct trace *trace, void *context, size_t *performed)
{
    *(bool *)context = true;
    (void)performed;
    assert_well_formed(trace);
    return false;
}

static void test_shrink__without_time_all_remains(void **state)
{
    (void)state;
    bool enough = false;
    const struct shrink_test test = {never, &enough, &enough};
    struct trace trace = random_trace(200000, 9000, 3);
    struct trace best = shrink(&trace, &test);
    assert_int_equal(best.count, trace.count);
    for (size_t i = 0; i < best.count; i++)
        assert_int_equal(best.operations[i].line, trace.operations[i].line);
    trace_free(&best);
    trace_free(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shrink__three_operations_of_thousands),
        cmocka_unit_test(test_shrink__nothing_is_left_to_take_out),
        cmocka_unit_test(test_shrink__without_time_all_remains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
