/*
 * test_record.c - promised: the record is JSON whatever names and messages hold, shows what
 * is not known as null, and a file of it appears complete or not at all.
 */
#include "dies.h"

#include "record.h"
#include <sys/stat.h>

/* Quotes, a control byte, an escape sequence, and a byte that is not UTF-8. */
#define NASTY         "a\"b\\c\n\x01\x1b[31m\xff"
#define NASTY_IN_JSON "a\\\"b\\\\c\\n\\u0001\\u001b[31m\\ufffd"

static struct grade empty_grade(void)
{
    struct grade grade = {.submission = "mm.c",
                          .profile = "modern",
                          .policy = {.name = "test"},
                          .utilization = NAN,
                          .ratio = NAN,
                          .low = NAN,
                          .high = NAN,
                          .kit = {.version = "1", .flags = "-O2", .sandbox = "none"}};
    for (size_t i = 0; i < COUNT(grade.protections); i++)
        grade.protections[i] = (struct grade_protection){"separate_process", "on"};
    return grade;
}

static char *text_of(const struct grade *grade)
{
    char *text;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    record_write(grade, out);
    fclose(out);
    assert_int_equal(strlen(text), bytes);
    return text;
}

static void assert_holds(const struct grade *grade, const char *part)
{
    char *text = text_of(grade);
    if (!strstr(text, part))
        fail_msg("'%s' is not in the record:\n%s", part, text);
    free(text);
}

/* Brackets match and end with the text, strings hold no control byte: a rough reader. */
static void assert_like_json(const char *text)
{
    char open[64];
    size_t depth = 0, i = 0;
    for (; text[i]; i++) {
        if (text[i] == '"') {
            for (i++; text[i] != '"'; i += text[i] == '\\' ? 2 : 1)
                assert_true((unsigned char)text[i] >= ' ');
        } else if (strchr("{[", text[i])) {
            open[depth++] = text[i];
        } else if (strchr("}]", text[i])) {
            assert_true(depth > 0);
            assert_int_equal(open[--depth], text[i] == '}' ? '{' : '[');
            if (depth == 0)
                break;
        } else {
            assert_non_null(strchr(" \n,:.+-0123456789eatrufnls", text[i]));
        }
    }
    assert_string_equal(text + i, "}\n");
}

static void test_record__what_is_not_known_is_null(void **state)
{
    (void)state;
    struct grade grade = empty_grade();
    assert_holds(&grade, "\"schema\": \"brklab-record/1\"");
    assert_holds(&grade, "\n  \"score\": null,");
    assert_holds(&grade, "\n  \"utilization\": null,");
    assert_holds(&grade, "\"ratio\": null,\n    \"low\": null,\n    \"high\": null,");
    assert_holds(&grade, "\n  \"findings\": [],\n  \"traces\": [],");
    assert_holds(&grade, "\"text\": \"\",\n    \"cut\": false");
}

static void test_record__the_score(void **state)
{
    (void)state;
    struct grade grade = empty_grade();
    grade.score = (struct score){.scored = true,
                                 .correctness = 20,
                                 .utilization = 12.5,
                                 .throughput = 0.25,
                                 .total = 32.75,
                                 .max = 100};
    grade.timing.half = 0.5;
    assert_holds(&grade, "\"score\": {\n    \"total\": 32.75,\n    \"max\": 100,\n"
                         "    \"correctness\": 20,\n    \"utilization\": 12.5,\n"
                         "    \"throughput\": 0.25,\n    \"plus_minus\": 0.5\n  }");
}

static void test_record__a_trace_and_its_finding(void **state)
{
    (void)state;
    struct grade_trace trace = {.name = "mix-" NASTY,
                                .category = "mix",
                                .scored = true,
                                .operations = 10,
                                .peak_payload = 3,
                                .peak_heap = UINT64_MAX,
                                .utilization = 0.5,
                                .reference_utilization = NAN,
                                .counted = {.valid = true, .utilization = 0.1, .ratio = NAN}};
    struct grade grade = empty_grade();
    grade.traces = &trace;
    grade.trace_count = 1;
    findings_add(&trace.findings, FINDING_OVERLAP, trace.name, 7, "message %s", NASTY);
    assert_holds(&grade, "\"name\": \"mix-" NASTY_IN_JSON "\"");
    assert_holds(&grade, "\"code\": \"OVERLAP\",\n");
    assert_holds(&grade, "\"line\": 7,\n");
    assert_holds(&grade, "\"message\": \"message " NASTY_IN_JSON "\"");
    assert_holds(&grade, "\"peak_heap\": 18446744073709551615");
    assert_holds(&grade, "\"reference_utilization\": null");
    assert_holds(&grade, "\"unscored_face\": null,\n      \"counted\": {");
    assert_holds(&grade, "\"utilization\": 0.10000000000000001,\n        \"ratio\": null\n");
    char *text = text_of(&grade);
    assert_like_json(text);
    free(text);
    findings_clear(&trace.findings);
}

static void test_record__speed_with_its_interval(void **state)
{
    (void)state;
    struct grade_trace trace = {.name = "mix-a",
                                .category = "mix",
                                .timed = true,
                                .valid = true,
                                .rounds = 5,
                                .ratio = 0.5,
                                .log_error = 0};
    struct grade grade = empty_grade();
    grade.traces = &trace;
    grade.trace_count = 1;
    assert_holds(&grade, "\"ratio\": 0.5,\n        \"low\": 0.5,\n        \"high\": 0.5,");
    trace.log_error = INFINITY; /* one round tells nothing of the spread */
    assert_holds(&grade, "\"low\": null,\n        \"high\": null,");
    trace.hopeless = true;
    assert_holds(&grade, "\"low\": null,\n        \"high\": 0.5,");
    assert_holds(&grade, "\"stopped_early\": true");
}

static void test_record__strings_of_strangers(void **state)
{
    (void)state;
    struct grade grade = empty_grade();
    grade.submission = NASTY;
    grade.output = "\0" NASTY;
    grade.output_bytes = sizeof NASTY;
    snprintf(grade.kit.machine, sizeof grade.kit.machine, "%s", NASTY);
    findings_add(&grade.findings, FINDING_COMPILE, NULL, 0, "%s", NASTY);
    assert_holds(&grade, "\"name\": \"" NASTY_IN_JSON "\"");
    assert_holds(&grade, "\"text\": \"\\u0000" NASTY_IN_JSON "\"");
    assert_holds(&grade, "\"trace\": null,\n      \"line\": null,");
    char *text = text_of(&grade);
    assert_like_json(text);
    free(text);
    findings_clear(&grade.findings);
}

static void save(void *path)
{
    struct grade grade = empty_grade();
    record_save(&grade, path);
}

/* One with our number was killed before it had finished. */
static void save_after_another(void *path)
{
    char draft[96];
    snprintf(draft, sizeof draft, "%s.%d", (char *)path, (int)getpid());
    fclose(fopen(draft, "w"));
    save(path);
}

static void test_record__a_file_appears_complete_or_not_at_all(void **state)
{
    (void)state;
    char folder[] = "/tmp/brklab-unit-XXXXXX", path[64], text[4096] = "";
    struct stat status;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/record", folder);
    assert_ends(save, path, CAME_BACK, "");
    FILE *in = fopen(path, "r");
    size_t got = in ? fread(text, 1, sizeof text - 1, in) : 0;
    fclose(in);
    struct grade grade = empty_grade();
    char *expected = text_of(&grade);
    assert_int_equal(got, strlen(expected));
    assert_string_equal(text, expected);
    free(expected);
    assert_ends(save, path, CAME_BACK, ""); /* over an old one */
    assert_ends(save_after_another, path, CAME_BACK, "");
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* and nothing else was left there */
    assert_dies(save, path, "");        /* the folder is gone */
    assert_int_not_equal(stat(path, &status), 0);
    assert_dies(save, "/tmp", ""); /* a folder cannot be replaced */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record__what_is_not_known_is_null),
        cmocka_unit_test(test_record__the_score),
        cmocka_unit_test(test_record__a_trace_and_its_finding),
        cmocka_unit_test(test_record__speed_with_its_interval),
        cmocka_unit_test(test_record__strings_of_strangers),
        cmocka_unit_test(test_record__a_file_appears_complete_or_not_at_all),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
