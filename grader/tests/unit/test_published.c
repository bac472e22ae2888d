/*
 * test_published.c - promised: a table of published figures is read as it is written, and
 * every mistake in one is refused with file, line and reason.
 */
#include "unit.h"

#include "published.h"
#include <string.h>

static bool parse(const char *text, struct published *published, char why[256])
{
    return published_parse("p.tsv", text, strlen(text), published, why, 256);
}

static void test_published__rows_by_profile_and_name(void **state)
{
    (void)state;
    struct published p;
    char why[256];
    assert_true(parse("# a comment\n\nmodern\tmix-a\t1000\t1200\t1.5\t1.4\n"
                      "classic\tmix-a\t1000\t1100\t0.25\t0",
                      &p, why));
    assert_int_equal(p.count, 2);
    const struct published_trace *row = published_find(&p, "classic", "mix-a");
    assert_non_null(row);
    assert_int_equal(row->peak_payload, 1000);
    assert_int_equal(row->peak_heap, 1100);
    assert_near(row->ratio, 0.25);
    assert_near(row->counted, 0);
    assert_near(published_find(&p, "modern", "mix-a")->counted, 1.4);
    assert_null(published_find(&p, "modern", "mix-b"));
    assert_null(published_find(&p, "mixed", "mix-a"));
    published_free(&p);
    assert_null(published_find(&p, "modern", "mix-a"));
}

static void test_published__mistakes_name_their_line(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "modern\tmix-a\t1000\t1200\t1.5\n",
        "modern\tmix-a\t1000\t1200\t1.5\t1.4\textra\n",
        "modern\tmix-a\t0\t1200\t1.5\t1.4\n",
        "modern\tmix-a\t1000\t0\t1.5\t1.4\n",
        "modern\tmix-a\t1000\t1200\t0\t1.4\n",
        "modern\tmix-a\t1000\t1200\tinf\t1.4\n",
        "modern\tmix-a\t1000\t1200\tfast\t1.4\n",
        "modern\tmix-a\t1000\t1200\t-1.5\t1.4\n",
        "modern\tmix-a\t1000\t1200\t1.5\t-1.4\n",
        "modern\tmix-a\t1000\t1200\t1.5\tinf\n",
        "modern mix-a\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct published p;
        char why[256], text[300] = "# first\n";
        assert_false(parse(strcat(text, wrong[i]), &p, why));
        assert_ptr_equal(strstr(why, "p.tsv:2: "), why);
        assert_null(p.traces);
    }
}

static void test_published__a_line_without_end_is_refused(void **state)
{
    (void)state;
    static char text[5000];
    struct published p;
    char why[256];
    memset(text, 'x', sizeof text - 1);
    assert_false(parse(text, &p, why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published__rows_by_profile_and_name),
        cmocka_unit_test(test_published__mistakes_name_their_line),
        cmocka_unit_test(test_published__a_line_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
