/*
 * test_macros.c - promised: the function-like macros of a source are found with their lines,
 * and nothing that only looks like one.
 */
#include "unit.h"

#include "macros.h"
#include <string.h>

static size_t find(const char *text, struct macro found[4])
{
    return macros_find(text, strlen(text), found, 4);
}

static void test_macros__they_are_found(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "#define MAX(a, b) a\n",
        "  #  define MAX( a ) a\n",
        "#define MAX() 1",
        "/* a\n */ #define MAX(a)\n",
        "#/* b */define/* c\n */MAX(a)\n",
        "#def\\\nine M\\\nAX\\\n(a) a\n",
        "#define \\ \t\n MAX(a)\n",
        "%:define MAX(a)\n",
        "char c = '\"'; // '\n#define MAX(a)\n",
        "#if 0\nit's not closed\n#endif\n#define MAX(a)\n",
    };
    for (size_t i = 0; i < COUNT(sources); i++) {
        struct macro found[4];
        assert_int_equal(find(sources[i], found), 1);
        assert_string_equal(found[0].name, "MAX");
    }
}

static void test_macros__others_are_not(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "",
        "#define MAX (a)\n",
        "#define MAX/**/(a)\n",
        "#define\n(a)\n",
        "#define MAX",
        "#undef MAX(a)\n",
        "#defined MAX(a)\n",
        "// #define MAX(a)\n",
        "// \\\n#define MAX(a)\n",
        "/*\n#define MAX(a)\n*/",
        "/* never closed\n#define MAX(a)\n",
        "char *s = \"\\\n#define MAX(a)\\\n\";\n",
        "int x; #define MAX(a)\n",
        "x /\n* #define MAX(a) *",
    };
    for (size_t i = 0; i < COUNT(sources); i++) {
        struct macro found[4];
        assert_int_equal(find(sources[i], found), 0);
    }
}

static void test_macros__lines_and_numbers(void **state)
{
    (void)state;
    struct macro found[4];
    const char *text = "\n#define A(x) \\\n  x\n\"/*\"\n#define B(x)\n\n/*\n*/ #define C(x)\n"
                       "#define D(x)\n#define E(x)\n";
    assert_int_equal(find(text, found), 5);
    assert_int_equal(found[0].line, 2);
    assert_int_equal(found[1].line, 5);
    assert_int_equal(found[2].line, 8);
    assert_string_equal(found[3].name, "D");
}

static void test_macros__a_long_name_is_cut(void **state)
{
    (void)state;
    struct macro found[4];
    char text[400] = "#define ";
    memset(text + strlen(text), 'x', 300);
    strcat(text, "(a)\n");
    assert_int_equal(find(text, found), 1);
    assert_int_equal(strlen(found[0].name), 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_macros__they_are_found),
        cmocka_unit_test(test_macros__others_are_not),
        cmocka_unit_test(test_macros__lines_and_numbers),
        cmocka_unit_test(test_macros__a_long_name_is_cut),
    };
    return cmocka_run_group_tests_name("macros", tests, NULL, NULL);
}
