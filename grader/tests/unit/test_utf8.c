/*
 * test_utf8.c - promised: only well-formed characters pass, and of those none that makes a
 * terminal show something else than what was written.
 */
#include "unit.h"

#include "utf8.h"
#include <stdlib.h>
#include <string.h>

static void test_utf8__characters_of_every_length(void **state)
{
    (void)state;
    static const char *const good[] = {"a",
                                       "\x7f",
                                       "\xc2\xa0",
                                       "\xc3\xa9",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xe4\xb8\xad",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xef\xbf\xbd",
                                       "\xf0\x90\x80\x80",
                                       "\xf0\x9f\x98\x80",
                                       "\xf4\x8f\xbf\xbf"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_int_equal(utf8_length(good[i], strlen(good[i])), strlen(good[i]));
    assert_int_equal(utf8_length("\0", 1), 1);
    assert_int_equal(utf8_length("\xc3\xa9 and more", 11), 2);
}

static void test_utf8__malformed(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80", /* nothing goes before it */
                                      "\xbf",
                                      "\xc3", /* nothing comes behind it */
                                      "\xc3(",
                                      "\xe4\xb8", /* too short */
                                      "\xe4(\xad",
                                      "\xf0\x9f\x98",
                                      "\xc0\x80",     /* longer than need be: NUL, */
                                      "\xc1\xbf",     /* DEL, */
                                      "\xe0\x9f\xbf", /* and so on */
                                      "\xf0\x8f\xbf\xbf",
                                      "\xed\xa0\x80", /* half of a surrogate pair */
                                      "\xed\xbf\xbf",
                                      "\xf4\x90\x80\x80", /* beyond U+10FFFF */
                                      "\xf8\x88\x80\x80\x80",
                                      "\xfe",
                                      "\xff"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(utf8_length(bad[i], strlen(bad[i])), 0);
    assert_int_equal(utf8_length("", 0), 0);
    assert_int_equal(utf8_length("a", 0), 0);
}

static void test_utf8__characters_that_deceive(void **state)
{
    (void)state;
    static const char *const bad[] = {"\xc2\x80",         "\xc2\x9b",     /* controls; CSI */
                                      "\xe2\x80\xae",     "\xe2\x80\x8f", /* right to left */
                                      "\xe2\x81\xa6",     "\xd8\x9c",     /* isolates, mark */
                                      "\xe2\x80\x8b",     "\xef\xbb\xbf", /* nothing to see: */
                                      "\xc2\xad",         "\xcd\x8f",         "\xe1\xa0\x8e",
                                      "\xe3\x85\xa4",     "\xef\xbe\xa0",     /* fillers, */
                                      "\xef\xb8\x8f",     "\xf3\xa0\x84\x80", /* selectors, */
                                      "\xf3\xa0\x81\x81", "\xef\xbf\xb9",     /* tags, notes */
                                      "\xe2\x80\xa8",     "\xe2\x80\xa9"};    /* line ends */
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(utf8_length(bad[i], strlen(bad[i])), 0);
}

static void test_utf8__reads_no_byte_beyond(void **state)
{
    (void)state;
    uint64_t random = 9;
    for (int i = 0; i < 20000; i++) {
        size_t bytes = 1 + dice(&random, 4);
        char *text = malloc(bytes);
        for (size_t k = 0; k < bytes; k++)
            text[k] = (char)(k ? 0x80 + dice(&random, 0x60) : dice(&random, 256));
        assert_true(utf8_length(text, bytes) <= bytes);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8__characters_of_every_length),
        cmocka_unit_test(test_utf8__malformed),
        cmocka_unit_test(test_utf8__characters_that_deceive),
        cmocka_unit_test(test_utf8__reads_no_byte_beyond),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
