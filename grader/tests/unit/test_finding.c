/*
 * test_finding.c - promised: each code has a stable name, a severity and a cause in words;
 * a list keeps its findings in order and owns their text.
 */
#include "unit.h"

#include "finding.h"
#include <string.h>

static void test_finding__every_code_is_explained(void **state)
{
    (void)state;
    for (int code = 0; code < FINDING_CODES; code++) {
        const char *name = finding_name((enum finding_code)code);
        assert_int_equal(strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), strlen(name));
        assert_true(strlen(finding_usual_cause((enum finding_code)code)) > 20);
        assert_non_null(severity_name(finding_severity((enum finding_code)code)));
        for (int other = 0; other < code; other++)
            assert_string_not_equal(name, finding_name((enum finding_code)other));
    }
}

/* Programs read these: a name that changes here breaks them. */
static void test_finding__names_are_stable(void **state)
{
    (void)state;
    assert_string_equal(finding_name(FINDING_OVERLAP), "OVERLAP");
    assert_string_equal(finding_name(FINDING_MISALIGNED), "MISALIGNED");
    assert_string_equal(finding_name(FINDING_OUT_OF_HEAP), "OUT_OF_HEAP");
    assert_string_equal(finding_name(FINDING_PAST_BREAK), "PAST_BREAK");
    assert_string_equal(finding_name(FINDING_CORRUPTED), "CORRUPTED");
    assert_string_equal(finding_name(FINDING_REALLOC_LOST), "REALLOC_LOST");
    assert_string_equal(finding_name(FINDING_NOT_ZEROED), "NOT_ZEROED");
    assert_string_equal(finding_name(FINDING_NO_MEMORY), "NO_MEMORY");
    assert_string_equal(finding_name(FINDING_CRASH), "CRASH");
    assert_string_equal(finding_name(FINDING_TIMEOUT), "TIMEOUT");
    assert_string_equal(finding_name(FINDING_COMPILE), "COMPILE");
    assert_string_equal(severity_name(SEVERITY_ERROR), "error");
    assert_string_equal(severity_name(SEVERITY_WARNING), "warning");
    assert_string_equal(severity_name(SEVERITY_ADVICE), "advice");
}

static void test_finding__text_is_copied(void **state)
{
    (void)state;
    struct findings list = {0};
    char name[] = "mix-one";
    findings_add(&list, FINDING_OVERLAP, name, 7, "block %d", 12);
    findings_add(&list, FINDING_COMPILE, NULL, 0, "%s", "100 % wrong %n");
    name[0] = 'x';
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].trace, "mix-one");
    assert_string_equal(list.items[0].message, "block 12");
    assert_int_equal(list.items[0].line, 7);
    assert_null(list.items[0].next);
    assert_null(list.items[1].trace);
    assert_string_equal(list.items[1].message, "100 % wrong %n");
    findings_clear(&list);
    assert_int_equal(list.count, 0);
}

static void test_finding__a_message_of_any_length(void **state)
{
    (void)state;
    static char flood[100000];
    struct findings list = {0};
    memset(flood, 'x', sizeof flood - 1);
    findings_add(&list, FINDING_COMPILE, NULL, 0, "%s", flood);
    assert_in_range(strlen(list.items[0].message), 1000, 10000);
    findings_clear(&list);
}

static void test_finding__moved_in_order(void **state)
{
    (void)state;
    struct findings to = {0}, from = {0};
    for (int i = 0; i < 20; i++)
        findings_add(i < 10 ? &to : &from, FINDING_CRASH, "t", (uint32_t)i, "m");
    findings_move(&to, &from);
    assert_int_equal(to.count, 20);
    assert_int_equal(from.count, 0);
    for (uint32_t i = 0; i < 20; i++)
        assert_int_equal(to.items[i].line, i);
    findings_clear(&to);
    findings_clear(&from);
}

static void test_finding__counted_by_severity(void **state)
{
    (void)state;
    struct findings list = {0};
    findings_add(&list, FINDING_CRASH, NULL, 0, "m");
    findings_add(&list, FINDING_OVERLAP, NULL, 0, "m");
    findings_add(&list, FINDING_CHECKHEAP, NULL, 0, "m");
    findings_add(&list, FINDING_WARNINGS, NULL, 0, "m");
    assert_int_equal(findings_of(&list, SEVERITY_ERROR), 2);
    assert_int_equal(findings_of(&list, SEVERITY_WARNING), 1);
    assert_int_equal(findings_of(&list, SEVERITY_ADVICE), 1);
    findings_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finding__every_code_is_explained),
        cmocka_unit_test(test_finding__names_are_stable),
        cmocka_unit_test(test_finding__text_is_copied),
        cmocka_unit_test(test_finding__a_message_of_any_length),
        cmocka_unit_test(test_finding__moved_in_order),
        cmocka_unit_test(test_finding__counted_by_severity),
    };
    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
