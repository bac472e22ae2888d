/* test_json.c - promised: JSON, whatever bytes the strings hold and numbers the doubles. */
#include "unit.h"

#include "json.h"
#include <stdlib.h>
#include <string.h>

static struct json json;
static char *written;
static size_t written_bytes;

static int begin(void **state)
{
    (void)state;
    json = (struct json){.out = open_memstream(&written, &written_bytes), .fresh = true};
    return json.out ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    fclose(json.out);
    free(written);
    return 0;
}

static void assert_written(const char *text)
{
    fflush(json.out);
    assert_string_equal(written, text);
}

static void test_json__nesting_and_commas(void **state)
{
    (void)state;
    json_open(&json, NULL, '{');
    json_string(&json, "a", "x");
    json_open(&json, "list", '[');
    json_integer(&json, NULL, 1);
    json_boolean(&json, NULL, true);
    json_boolean(&json, NULL, false);
    json_null(&json, NULL);
    json_open(&json, NULL, '{');
    json_close(&json, '}');
    json_close(&json, ']');
    json_open(&json, "none", '[');
    json_close(&json, ']');
    json_close(&json, '}');
    assert_written("{\n  \"a\": \"x\",\n  \"list\": [\n    1,\n    true,\n    false,\n"
                   "    null,\n    {}\n  ],\n  \"none\": []\n}");
}

static void test_json__numbers(void **state)
{
    (void)state;
    json_open(&json, NULL, '[');
    json_integer(&json, NULL, UINT64_MAX);
    json_number(&json, NULL, 0.25);
    json_number(&json, NULL, 1e300);
    json_number(&json, NULL, NAN);
    json_number(&json, NULL, INFINITY);
    json_number(&json, NULL, -INFINITY);
    json_exact(&json, NULL, 0.1);
    json_exact(&json, NULL, NAN);
    json_close(&json, ']');
    assert_written("[\n  18446744073709551615,\n  0.25,\n  1e+300,\n  null,\n  null,\n"
                   "  null,\n  0.10000000000000001,\n  null\n]");
}

static void test_json__quotes_and_controls_are_escaped(void **state)
{
    (void)state;
    json_text(&json, NULL, "\"\\/\n\t\0\x1b\x7f", 8);
    assert_written("\"\\\"\\\\/\\n\\u0009\\u0000\\u001b\\u007f\"");
}

static void test_json__keys_are_escaped_too(void **state)
{
    (void)state;
    json_open(&json, NULL, '{');
    json_null(&json, "a\"b");
    json_close(&json, '}');
    assert_written("{\n  \"a\\\"b\": null\n}");
}

static void test_json__what_is_not_utf8_is_replaced(void **state)
{
    (void)state;
    json_string(&json, NULL, "caf\xc3\xa9 \xff\xc3( \xe4\xb8");
    assert_written("\"caf\xc3\xa9 \\ufffd\\ufffd( \\ufffd\\ufffd\"");
}

static void test_json__every_byte(void **state)
{
    (void)state;
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    json_text(&json, NULL, all, sizeof all);
    fflush(json.out);
    assert_null(memchr(written, '\n', written_bytes));
    for (size_t i = 0; i < written_bytes; i++)
        assert_in_range(written[i], ' ', '~');
}

#define JSON_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JSON_TEST(test_json__nesting_and_commas),
        JSON_TEST(test_json__numbers),
        JSON_TEST(test_json__quotes_and_controls_are_escaped),
        JSON_TEST(test_json__keys_are_escaped_too),
        JSON_TEST(test_json__what_is_not_utf8_is_replaced),
        JSON_TEST(test_json__every_byte),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
