/* test_quote.c - promised: make reads back what was quoted, whatever it holds. */
#include "unit.h"

#include "quote.h"
#include <stdio.h>
#include <string.h>

static void test_quote__harmless_words_stay_as_they_are(void **state)
{
    (void)state;
    char text[64];
    assert_string_equal(quote_word("traces/debug-1.rep", text, sizeof text),
                        "traces/debug-1.rep");
    assert_string_equal(quote_word("", text, sizeof text), "''");
    assert_string_equal(quote_word("a b", text, sizeof text), "'a b'");
    assert_string_equal(quote_word("it's", text, sizeof text), "'it'\\''s'");
}

/* Shell and make themselves are asked. */
static void test_quote__make_reads_it_back(void **state)
{
    (void)state;
    static const char *const words[] = {"a b",   "$HOME", "`id`", "x;y", "*",    "~",
                                        "\"q\"", "'",     "''a'", "\\",  "a\tb", "-n",
                                        "$(A)",  "a$",    "a#b",  "$$"};
    for (size_t i = 0; i < COUNT(words); i++) {
        char text[128], command[256], read[128] = "";
        snprintf(command, sizeof command,
                 "MAKEFLAGS= make -s -f - NAME=%s <<'END'\n"
                 "export NAME\nall: ; @printf '%%s' \"$$NAME\"\nEND\n",
                 quote_word(words[i], text, sizeof text));
        FILE *shell = popen(command, "r");
        assert_non_null(shell);
        assert_non_null(fgets(read, sizeof read, shell));
        pclose(shell);
        read[strcspn(read, "\n")] = '\0';
        assert_string_equal(read, words[i]);
    }
}

static void test_quote__what_does_not_fit_is_cut_and_closed(void **state)
{
    (void)state;
    char text[16];
    memset(text, '#', sizeof text);
    quote_word("a word that is much too long", text, sizeof text);
    assert_true(strlen(text) < sizeof text);
    assert_int_equal(text[0], '\'');
    assert_int_equal(text[strlen(text) - 1], '\'');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote__harmless_words_stay_as_they_are),
        cmocka_unit_test(test_quote__make_reads_it_back),
        cmocka_unit_test(test_quote__what_does_not_fit_is_cut_and_closed),
    };
    return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
