/*
 * test_events.c - promised: what events.h says of the packed operations, to the byte, and a
 * document that is JSON.
 */
#include "unit.h"

#include "events.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { START = 0x10000 };

static struct operation operations[] = {
    {.kind = OP_MALLOC, .id = 0, .line = 5, .count = 1, .size = 24},
    {.kind = OP_MALLOC, .id = 200, .line = 7, .count = 1, .size = UINT64_MAX},
    {.kind = OP_CALLOC, .id = 1, .line = 8, .count = 2, .size = 8},
    {.kind = OP_FREE, .id = 0, .line = 9, .count = 1},
};

/* The whole document, to be freed. */
static char *written(uint64_t *pointers, size_t performed)
{
    static const uint64_t breaks[] = {8, 48, 48, 40, 40};
    struct trace trace = {.operations = operations, .count = COUNT(operations), .ids = 201};
    struct checked_result result = {.performed = performed, .pointers = pointers};
    struct findings findings = {0};
    struct events events = {.submission = "mm.c",
                            .trace_name = "a \"name\"",
                            .trace = &trace,
                            .result = &result,
                            .breaks = breaks,
                            .findings = &findings,
                            .heap_start = START,
                            .heap_room = 0x1000,
                            .alignment = 16};
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    events_write(&events, out);
    fclose(out);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in: %s", part, text);
}

static void test_events__operations_are_packed_as_promised(void **state)
{
    (void)state;
    uint64_t pointers[] = {START + 16, 0, START + 0x2000, 0};
    char *text = written(pointers, 4);
    /*
     * malloc:   0, line +5, id 0, 24 bytes, offset +16 is 32, break +40 is 80
     * refused:  4, line +2, id 200 is c8 01, 2^53 is 80 80 80 80 80 80 80 10, break +0
     * wild:     1 + 8 = 9, line +1, id 1, 16, break -8 is 15
     * free:     3 + 4 = 7, line +1, id 0, 0 bytes, break +0
     * 00 05 00 18 20 50  04 02 c8 01 80 80 80 80 80 80 80 10 00  09 01 01 10 0f  07 01 00 00 00
     */
    assert_has(text, "\"AAUAGCBQBALIAYCAgICAgIAQAAkBARAPBwEAAAA=\"");
    assert_has(text, "a \\\"name\\\"");
    free(text);
}

static void test_events__a_run_that_ended_early_names_the_next_line(void **state)
{
    (void)state;
    uint64_t pointers[] = {START + 16, 0, 0, 0};
    char *text = written(pointers, 1);
    assert_has(text, "\"AAUAGCBQ\"");
    assert_has(text, "\"next_line\": 7");
    free(text);
    text = written(pointers, 0);
    assert_has(text, "\"operations\": \"\"");
    assert_has(text, "\"next_line\": 5");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events__operations_are_packed_as_promised),
        cmocka_unit_test(test_events__a_run_that_ended_early_names_the_next_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
