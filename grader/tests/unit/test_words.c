/* test_words.c - promised: a command line's words, split at blanks or kept whole. */
#include "unit.h"

#include "words.h"

static void test_words__a_text_is_split_at_blanks(void **state)
{
    (void)state;
    static struct words words;
    words_add(&words, "  cc -O2   -g ");
    words_add(&words, "");
    assert_int_equal(words.count, 3);
    assert_string_equal(words.argv[0], "cc");
    assert_string_equal(words.argv[1], "-O2");
    assert_string_equal(words.argv[2], "-g");
    assert_null(words.argv[3]);
}

static void test_words__a_path_keeps_its_blanks(void **state)
{
    (void)state;
    static struct words words;
    words_join(&words, "-I", "/a folder/b");
    words_join(&words, "", "");
    assert_int_equal(words.count, 2);
    assert_string_equal(words.argv[0], "-I/a folder/b");
    assert_string_equal(words.argv[1], "");
}

static void test_words__another_line_is_copied(void **state)
{
    (void)state;
    static struct words words;
    char one[] = "one", two[] = "t w o", *more[] = {one, two, NULL};
    words_add(&words, "first");
    words_append(&words, more);
    one[0] = two[0] = '?';
    assert_int_equal(words.count, 3);
    assert_string_equal(words.argv[1], "one");
    assert_string_equal(words.argv[2], "t w o");
    assert_null(words.argv[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words__a_text_is_split_at_blanks),
        cmocka_unit_test(test_words__a_path_keeps_its_blanks),
        cmocka_unit_test(test_words__another_line_is_copied),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
