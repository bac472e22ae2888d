/*
 * test_trace.c - promised: both meanings of the header are read, every bad line is refused
 * with its number and what was expected there, and no bytes at all can harm the reader.
 */
#include "unit.h"

#include "trace.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool parse(const char *text, struct trace *trace, struct trace_error *error)
{
    return trace_parse(text, strlen(text), trace, error);
}

/* The text must be a trace of `count` operations. */
static struct trace good(const char *text, size_t count)
{
    struct trace trace;
    struct trace_error error;
    if (!parse(text, &trace, &error))
        fail_msg("line %zu: %s", error.line, error.text);
    assert_int_equal(trace.count, count);
    return trace;
}

static void assert_operation(const struct operation *op, enum operation_kind kind, uint32_t id,
                             uint64_t count, uint64_t size, uint32_t line)
{
    assert_int_equal(op->kind, kind);
    assert_int_equal(op->id, id);
    assert_int_equal(op->count, count);
    assert_int_equal(op->size, size);
    assert_int_equal(op->line, line);
}

static void test_trace__every_operation(void **state)
{
    (void)state;
    struct trace t = good("0\n3\n6\n1\n"
                          "a 0 512\nc 1 10 8\nr 0 640\nr 2 7\nf 0\nf -1\n",
                          6);
    assert_int_equal(t.ids, 3);
    assert_operation(&t.operations[0], OP_MALLOC, 0, 1, 512, 5);
    assert_operation(&t.operations[1], OP_CALLOC, 1, 10, 8, 6);
    assert_operation(&t.operations[2], OP_REALLOC, 0, 1, 640, 7);
    assert_operation(&t.operations[3], OP_REALLOC, 2, 1, 7, 8);
    assert_operation(&t.operations[4], OP_FREE, 0, 1, 0, 9);
    assert_operation(&t.operations[5], OP_FREE, 3, 1, 0, 10); /* free(NULL): the slot `ids` */
    trace_free(&t);
    assert_null(t.operations);
}

static void test_trace__both_meanings_of_the_header(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "20000\n1\n2\n1\na 0 8\nf 0\n", /* heap size, ids, operations, weight */
        "1\n1\n2\n20000\na 0 8\nf 0\n", /* weight, ids, operations, heap size */
        "1 1 2 20000\na 0 8\nf 0\n",    /* all on one line */
        "1 1\n2 0\na 0 8\nf 0\n",
        "18446744073709551615\n1\n2\n18446744073709551615\na 0 8\nf 0\n"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct trace t = good(texts[i], 2);
        assert_int_equal(t.ids, 1);
        trace_free(&t);
    }
}

static void test_trace__comments_and_empty_lines_keep_the_numbers(void **state)
{
    (void)state;
    struct trace t = good("# a title\n\n0\n# between\n1\n2\n   \n1\n#a 0 1\n  # indented\n"
                          "a 0 8\n\n# f 0\nf 0\n#",
                          2);
    assert_int_equal(t.operations[0].line, 11);
    assert_int_equal(t.operations[1].line, 14);
    trace_free(&t);
}

static void test_trace__line_ends_of_dos_tabs_and_no_final_newline(void **state)
{
    (void)state;
    struct trace t = good("0\r\n1\r\n2\r\n1\r\n a\t0  8 \r\nf 0", 2);
    assert_operation(&t.operations[0], OP_MALLOC, 0, 1, 8, 5);
    assert_operation(&t.operations[1], OP_FREE, 0, 1, 0, 6);
    trace_free(&t);
}

static void test_trace__a_byte_order_mark(void **state)
{
    (void)state;
    struct trace t = good("\xef\xbb\xbf# by an editor\n0 1 1 0\na 0 8\n", 1);
    assert_operation(&t.operations[0], OP_MALLOC, 0, 1, 8, 3);
    trace_free(&t);
}

static void test_trace__no_operation_at_all(void **state)
{
    (void)state;
    struct trace t = good("0 0 0 0", 0);
    assert_int_equal(t.ids, 0);
    trace_free(&t);
}

static void test_trace__the_largest_numbers(void **state)
{
    (void)state;
    struct trace t = good("0 3 3 0\na 0 18446744073709551615\n"
                          "c 1 18446744073709551615 18446744073709551615\nr 2 0\n",
                          3);
    assert_int_equal(t.operations[0].size, UINT64_MAX);
    assert_int_equal(t.operations[1].count, UINT64_MAX);
    trace_free(&t);
}

static void test_trace__an_id_lives_as_long_as_its_block(void **state)
{
    (void)state;
    /* After `r id 0` the block may be there or not: it may be freed, or made anew. */
    struct trace t = good("0 1 8 0\na 0 1\nf 0\na 0 1\nr 0 0\nf 0\nr 0 0\na 0 5\nf 0", 8);
    trace_free(&t);
}

#define H "0\n2\n2\n1\n" /* four lines */

static void test_trace__every_bad_line_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line;
        const char *message;
    } bad[] = {
        {"", 1, "the file ends before the header; expected a hint (any number)"},
        {"# only this\n", 1, "the file ends before the header; expected a hint (any number)"},
        {"0\n", 1, "the file ends before the header; expected the number of ids"},
        {"0\n1\n", 2, "the file ends before the header; expected the number of operations"},
        {"0\n1\n2\n", 3, "the file ends before the header; expected a hint (any number)"},
        {"x\n1\n2\n1\n", 1, "expected a hint (any number), header number 1 of 4"},
        {"0\n-1\n2\n1\n", 2, "expected the number of ids, header number 2 of 4"},
        {"0\n1\n2.5\n1\n", 3, "expected the number of operations, header number 3 of 4"},
        {"0\n1\n2\na 0 1\n", 4, "expected a hint (any number), header number 4 of 4"},
        {"0 1 2 1 a 0 1\n", 1, "expected the end of the line after the four header numbers"},
        {"0\n16777217\n2\n1\n", 2,
         "the header speaks of 16777217 ids; at most 16777216 are possible"},
        {"18446744073709551616 1 1 1\n", 1,
         "expected a hint (any number), header number 1 of 4"},
        {H "b 0 1\n", 5, "expected an operation: a, c, r or f"},
        {H "A 0 1\n", 5, "expected an operation: a, c, r or f"},
        {H "aa 0 1\n", 5, "expected an operation: a, c, r or f"},
        {H "a0 1\n", 5, "expected an operation: a, c, r or f"},
        {H "7\n", 5, "expected an operation: a, c, r or f"},
        {H "a\n", 5, "expected an id after 'a'"},
        {H "a x 1\n", 5, "expected an id after 'a'"},
        {H "a -1 1\n", 5, "expected an id after 'a'"},
        {H "c\n", 5, "expected an id after 'c'"},
        {H "r\n", 5, "expected an id after 'r'"},
        {H "f\n", 5, "expected an id (or -1 for NULL) after 'f'"},
        {H "f -2\n", 5, "expected an id (or -1 for NULL) after 'f'"},
        {H "f -1x\n", 5, "expected the end of the line after the operation"},
        {H "a 2 1\n", 5, "id 2 is beyond the header's 2 ids"},
        {H "f 18446744073709551615\n", 5,
         "id 18446744073709551615 is beyond the header's 2 ids"},
        {H "a 0\n", 5, "expected a size in bytes, at most 2^64 - 1"},
        {H "a 0 -8\n", 5, "expected a size in bytes, at most 2^64 - 1"},
        {H "a 0 0x10\n", 5, "expected a size in bytes, at most 2^64 - 1"},
        {H "a 0 18446744073709551616\n", 5, "expected a size in bytes, at most 2^64 - 1"},
        {H "a 0 99999999999999999999999\n", 5, "expected a size in bytes, at most 2^64 - 1"},
        {H "c 0\n", 5, "expected a count and a size after 'c' and its id"},
        {H "c 0 4\n", 5, "expected a size in bytes, at most 2^64 - 1"},
        {H "a 0 1 1\n", 5, "expected the end of the line after the operation"},
        {H "a 0 1 # why\n", 5, "expected the end of the line after the operation"},
        {H "f 0\n", 5, "block 0 is freed here, but is not allocated"},
        {H "a 0 1\na 0 1\n", 6, "block 0 is allocated here, but is still live"},
        {H "a 0 1\nc 0 1 1\n", 6, "block 0 is allocated here, but is still live"},
        {H "a 0 1\n", 5, "the header announced 2 operations, and the file ends after 1"},
        {H "a 0 1\na 1 1\n\nf 1\n", 8,
         "the header announced 2 operations, and this is one more"},
        {"0 1 18446744073709551615 0\na 0 1\n", 2,
         "the header announced 18446744073709551615 operations, and the file ends after 1"},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct trace t;
        struct trace_error error;
        assert_false(parse(bad[i].text, &t, &error));
        assert_string_equal(error.text, bad[i].message);
        assert_int_equal(error.line, bad[i].line);
        assert_null(t.operations);
    }
}

static void test_trace__a_nul_byte_is_only_a_bad_byte(void **state)
{
    (void)state;
    static const char text[] = "0 1 1 0\n\0 0 1\n";
    struct trace t;
    struct trace_error error;
    assert_false(trace_parse(text, sizeof text - 1, &t, &error));
    assert_int_equal(error.line, 2);
}

static void test_trace__larger_than_any_trace(void **state)
{
    (void)state;
    struct trace t;
    struct trace_error error;
    assert_false(trace_parse("0", TRACE_MAX_BYTES + 1, &t, &error)); /* looks at no byte */
    assert_int_equal(error.line, 0);
    assert_string_equal(error.text, "larger than 268435456 bytes");
}

static void test_trace__files_that_are_none(void **state)
{
    (void)state;
    struct trace t;
    struct trace_error error;
    assert_false(trace_read("no/such.rep", &t, &error));
    assert_string_equal(error.text, "cannot be opened: No such file or directory");
    assert_false(trace_read("/", &t, &error));
    assert_string_equal(error.text, "is not a regular file");
    assert_false(trace_read("/dev/zero", &t, &error));
    assert_int_equal(error.line, 0);
}

/* What a parsed trace may be relied on for, whatever it was made from. */
static void assert_sound(const struct trace *t)
{
    assert_true(t->ids <= TRACE_MAX_IDS);
    for (size_t i = 0; i < t->count; i++) {
        const struct operation *op = &t->operations[i];
        assert_true(op->kind <= OP_FREE);
        assert_true(op->id < t->ids || (op->kind == OP_FREE && op->id == t->ids));
        assert_true(op->line > (i ? t->operations[i - 1].line : 0));
    }
}

/* The bytes lie in a block of just their length: a sanitizer sees every step beyond. */
static void parse_bytes(const char *bytes, size_t count)
{
    struct trace t;
    struct trace_error error;
    char *exact = malloc(count ? count : 1);
    memcpy(exact, bytes, count);
    if (trace_parse(exact, count, &t, &error)) {
        assert_sound(&t);
        trace_free(&t);
    } else {
        assert_true(error.text[0] != '\0');
        assert_true(error.line <= count + 1);
        assert_null(t.operations);
    }
    free(exact);
}

/* One accident: a byte changed, lost or added, or the end lost. Returns the new length. */
static size_t spoil(char *text, size_t length, uint64_t *state)
{
    static const char likely[] = "acrf0123456789 \n\r\t-#\0\xff";
    size_t at = length ? dice(state, length) : 0;
    char byte = likely[dice(state, sizeof likely - 1)];
    switch (length ? dice(state, 5) : 2) {
    case 0:
        text[at] = byte;
        return length;
    case 1:
        memmove(text + at, text + at + 1, length - at - 1);
        return length - 1;
    case 2:
        memmove(text + at + 1, text + at, length - at);
        text[at] = byte;
        return length + 1;
    case 3:
        text[at] = (char)dice(state, 256);
        return length;
    default:
        return dice(state, 20) ? length : at;
    }
}

static void test_trace__damaged_traces_never_harm(void **state)
{
    (void)state;
    static const char seed[] =
        "0\n3\n6\n1\n# note\na 0 512\nc 1 10 8\nr 0 640\nr 2 7\nf 0\nf -1\n";
    uint64_t random = 1;
    for (int i = 0; i < 20000; i++) {
        char text[256];
        size_t length = sizeof seed - 1;
        memcpy(text, seed, length);
        for (uint64_t n = 1 + dice(&random, 8); n > 0; n--)
            length = spoil(text, length, &random);
        parse_bytes(text, length);
    }
}

static void test_trace__random_bytes_never_harm(void **state)
{
    (void)state;
    uint64_t random = 2;
    for (int i = 0; i < 4000; i++) {
        char bytes[300];
        size_t length = dice(&random, sizeof bytes);
        for (size_t k = 0; k < length; k++)
            bytes[k] = (char)dice(&random, 256);
        parse_bytes(bytes, length);
    }
}

static void test_trace__bytes_and_names_of_operations(void **state)
{
    (void)state;
    char text[64];
    struct operation op = {.kind = OP_MALLOC, .count = 1, .size = 64};
    assert_int_equal(operation_bytes(&op), 64);
    assert_string_equal(operation_name(&op, text), "malloc(64)");
    op = (struct operation){.kind = OP_CALLOC, .count = 10, .size = 8};
    assert_int_equal(operation_bytes(&op), 80);
    assert_string_equal(operation_name(&op, text), "calloc(10, 8)");
    op = (struct operation){.kind = OP_CALLOC, .count = UINT64_MAX, .size = UINT64_MAX};
    assert_int_equal(operation_bytes(&op), UINT64_MAX);
    assert_string_equal(operation_name(&op, text),
                        "calloc(18446744073709551615, 18446744073709551615)");
    op = (struct operation){.kind = OP_REALLOC, .count = 1, .size = 640};
    assert_string_equal(operation_name(&op, text), "realloc(640)");
    op = (struct operation){.kind = OP_FREE, .count = 1};
    assert_string_equal(operation_name(&op, text), "free");
}

static void test_trace__an_operation_is_added_on_its_line(void **state)
{
    (void)state;
    struct operation room[2];
    struct trace trace = {.operations = room};
    trace_add(&trace, OP_REALLOC, 7)->size = 640;
    struct operation *last = trace_add(&trace, OP_FREE, 8);
    assert_int_equal(trace.count, 2);
    assert_ptr_equal(last, &room[1]);
    assert_int_equal(room[0].kind, OP_REALLOC);
    assert_int_equal(room[0].id, 7);
    assert_int_equal(room[0].count, 1);
    assert_int_equal(room[0].size, 640);
    assert_int_equal(last->line, TRACE_FIRST_LINE + 1);
    assert_int_equal(last->size, 0);
}

static void test_trace__blocks_are_numbered_as_they_appear(void **state)
{
    (void)state;
    uint32_t before[] = {3, 5, 3, 0, 5}, after[] = {0, 2, 0, 1, 2}; /* 5: free(NULL) */
    struct operation room[COUNT(before)];
    struct trace trace = {.operations = room, .ids = 5};
    for (size_t i = 0; i < COUNT(before); i++)
        trace_add(&trace, before[i] == trace.ids ? OP_FREE : OP_REALLOC, before[i]);
    trace_renumber(&trace);
    assert_int_equal(trace.ids, 2);
    for (size_t i = 0; i < COUNT(before); i++)
        assert_int_equal(room[i].id, after[i]);
}

static void test_trace__where_most_payload_is_live(void **state)
{
    (void)state;
    struct operation room[6];
    struct trace trace = {.operations = room, .ids = 2};
    trace_add(&trace, OP_MALLOC, 0)->size = 60;
    trace_add(&trace, OP_REALLOC, 0)->size = 50;
    assert_int_equal(trace_fullest(&trace, 100), 0);
    trace_add(&trace, OP_CALLOC, 1)->size = 50;
    room[2].count = 2;
    trace_add(&trace, OP_CALLOC, 1)->size = 20;
    assert_int_equal(trace_fullest(&trace, 1000), 2);
    assert_int_equal(trace_fullest(&trace, 100), 3); /* the one before was refused */
    trace_add(&trace, OP_FREE, 0);
    trace_add(&trace, OP_MALLOC, 0)->size = 50;
    assert_int_equal(trace_fullest(&trace, 100), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace__every_operation),
        cmocka_unit_test(test_trace__both_meanings_of_the_header),
        cmocka_unit_test(test_trace__comments_and_empty_lines_keep_the_numbers),
        cmocka_unit_test(test_trace__line_ends_of_dos_tabs_and_no_final_newline),
        cmocka_unit_test(test_trace__a_byte_order_mark),
        cmocka_unit_test(test_trace__no_operation_at_all),
        cmocka_unit_test(test_trace__the_largest_numbers),
        cmocka_unit_test(test_trace__an_id_lives_as_long_as_its_block),
        cmocka_unit_test(test_trace__every_bad_line_is_named),
        cmocka_unit_test(test_trace__a_nul_byte_is_only_a_bad_byte),
        cmocka_unit_test(test_trace__larger_than_any_trace),
        cmocka_unit_test(test_trace__files_that_are_none),
        cmocka_unit_test(test_trace__damaged_traces_never_harm),
        cmocka_unit_test(test_trace__random_bytes_never_harm),
        cmocka_unit_test(test_trace__bytes_and_names_of_operations),
        cmocka_unit_test(test_trace__an_operation_is_added_on_its_line),
        cmocka_unit_test(test_trace__blocks_are_numbered_as_they_appear),
        cmocka_unit_test(test_trace__where_most_payload_is_live),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
