/*
 * test_policy.c - promised: a policy is read as it is written, and every mistake in one is
 * refused with file, line and reason.
 */
#include "unit.h"

#include "file.h"
#include "policy.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Line 1 is the name; every key but `throughput.needs` and the weights. */
#define MOST                                                                                   \
    "name = test\n"                                                                            \
    "correctness = 20\nutilization = 30\nthroughput = 50\n"                                    \
    "utilization.zero = 0.4\nutilization.full = 0.9\n"                                         \
    "throughput.zero = 0.005\nthroughput.full = 0.5\n"                                         \
    "limit.operation_seconds = 1\nlimit.trace_seconds = 10\nlimit.resident_mib = 2048\n"       \
    "timing.seconds = 1.2\ntiming.official_seconds = 17\nfuzz.seed = "                         \
    "9007199254740991\nfuzz.traces = 150\n"

#define WHOLE MOST "throughput.needs = 0.25\n" /* 16 lines */

static bool parse(const char *text, struct policy *policy, char why[256])
{
    return policy_parse("p.policy", text, strlen(text), policy, why, 256);
}

static void test_policy__every_key(void **state)
{
    (void)state;
    struct policy p;
    char why[256];
    assert_true(parse(WHOLE "category.debug = 0\ncategory.mix=2.5\n", &p, why));
    assert_string_equal(p.name, "test");
    assert_near(p.correctness, 20);
    assert_near(p.utilization, 30);
    assert_near(p.throughput, 50);
    assert_near(p.utilization_curve.zero, 0.4);
    assert_near(p.utilization_curve.full, 0.9);
    assert_near(p.throughput_curve.zero, 0.005);
    assert_near(p.throughput_curve.full, 0.5);
    assert_near(p.throughput_needs, 0.25);
    assert_near(p.operation_seconds, 1);
    assert_near(p.trace_seconds, 10);
    assert_near(p.resident_mib, 2048);
    assert_near(p.timing_seconds, 1.2);
    assert_true(p.fuzz_seed == 9007199254740991.0); /* to the last digit */
    assert_near(p.fuzz_traces, 150);
    assert_near(p.timing_official_seconds, 17);
    assert_near(policy_weight(&p, "debug"), 0);
    assert_near(policy_weight(&p, "mix"), 2.5);
    assert_near(policy_weight(&p, "other"), 1);
}

static void test_policy__keys_of_a_class(void **state)
{
    (void)state;
    struct policy p;
    char why[256];
    assert_true(parse(WHOLE, &p, why)); /* none of them is needed */
    assert_near(p.late.per_day, 0);
    assert_near(p.late.grace_days, 0);
    assert_near(p.late.max, 1);
    assert_int_equal(p.hand_count, 0);
    assert_true(parse(WHOLE "late.per_day = 0.1\nlate.grace_days = 3\nlate.max = 0.5\n"
                            "late.deadline = 2026-11-30 23:59 +0100\nhand.style = 10\n"
                            "batch.attempts = best\nhidden.mix = 1\nslurm.account = cs101\n",
                      &p, why));
    assert_near(p.late.per_day, 0.1);
    assert_near(p.late.grace_days, 3);
    assert_near(p.late.max, 0.5);
    assert_int_equal(p.hand_count, 1);
    assert_string_equal(p.hand[0].name, "style");
    assert_near(p.hand[0].value, 10);
}

static void test_policy__comments_blanks_and_line_ends(void **state)
{
    (void)state;
    struct policy p;
    char why[256];
    assert_true(parse("# a comment\r\n\r\n  \t\n" MOST
                      "  throughput.needs\t=  0.25   # why\r\n#end",
                      &p, why));
    assert_near(p.throughput_needs, 0.25);
}

static void test_policy__every_mistake_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } bad[] = {
        {"", "p.policy:0: the policy ends without 'name'"},
        {MOST, "p.policy:15: the policy ends without 'throughput.needs'"},
        {WHOLE "bogus = 1\n", "p.policy:17: unknown key 'bogus'"},
        {WHOLE "= 1\n", "p.policy:17: unknown key ''"},
        {WHOLE "correctness\n", "p.policy:17: expected `key = value` and found 'correctness'"},
        {WHOLE "correctness = 1\n", "p.policy:17: this key was set before: 'correctness'"},
        {WHOLE "name = again\n",
         "p.policy:17: expected one name of at most 63 bytes and found 'again'"},
        {"name =\n", "p.policy:1: expected one name of at most 63 bytes and found ''"},
        {"correctness = ten\n", "p.policy:1: expected a number and found 'ten'"},
        {"correctness =\n", "p.policy:1: expected a number and found ''"},
        {"correctness = 10 20\n", "p.policy:1: expected a number and found '10 20'"},
        {"correctness = nan\n", "p.policy:1: expected a number and found 'nan'"},
        {"correctness = inf\n", "p.policy:1: expected a number and found 'inf'"},
        {"correctness = 1e999\n", "p.policy:1: expected a number and found '1e999'"},
        {"correctness = -1\n", "p.policy:1: expected a number from 0 to 1e+06 and found '-1'"},
        {"throughput.zero = 0\n",
         "p.policy:1: expected a number from 1e-06 to 1000 and found '0'"},
        {"limit.operation_seconds = 0\n",
         "p.policy:1: expected a number from 0.01 to 3600 and found '0'"},
        {"category. = 1\n",
         "p.policy:1: too many of these, or not a name behind the dot: 'category.'"},
        {"hand. = 1\n", "p.policy:1: too many of these, or not a name behind the dot: 'hand.'"},
        {"hand.a\tb = 1\n",
         "p.policy:1: too many of these, or not a name behind the dot: 'hand.a\tb'"},
        {"hand.a = 0x10\n", "p.policy:1: expected a number and found '0x10'"},
        {"hand.a = 1\nhand.a = 2\n", "p.policy:2: this key was set before: 'hand.a'"},
        {"category.a = 1\ncategory.a = 1\n",
         "p.policy:2: this key was set before: 'category.a'"},
        {"hand.style = -1\n", "p.policy:1: expected a number from 0 to 1e+06 and found '-1'"},
        {"late.per_day = 2\n", "p.policy:1: expected a number from 0 to 1 and found '2'"},
        {"late.per_week = 1\n", "p.policy:1: unknown key 'late.per_week'"},
        {"category.mix = x\n", "p.policy:1: expected a number and found 'x'"},
        {"category.mix = -1\n", "p.policy:1: expected a number from 0 to 1e+06 and found '-1'"},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct policy p;
        char why[256];
        assert_false(parse(bad[i].text, &p, why));
        assert_string_equal(why, bad[i].why);
    }
}

/* WHOLE with the value of one key replaced. */
static const char *with(const char *key, const char *value)
{
    static char text[1024];
    const char *at = strstr(WHOLE, key), *end = strchr(at, '\n');
    snprintf(text, sizeof text, "%.*s%s = %s%s", (int)(at - WHOLE), WHOLE, key, value, end);
    return text;
}

static void test_policy__the_reference_is_a_plain_name(void **state)
{
    (void)state;
    struct policy p;
    char why[256];
    assert_true(parse(WHOLE, &p, why));
    assert_string_equal(p.reference, "");
    assert_true(parse(WHOLE "reference = reference/2026-1.c # frozen\n", &p, why));
    assert_string_equal(p.reference, "reference/2026-1.c");
    static const char *const bad[] = {"",      "/etc/passwd", "../mm.c",
                                      "a b.c", "$(date).c",   "a;b"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        char text[1024];
        snprintf(text, sizeof text, WHOLE "reference = %s\n", bad[i]);
        assert_false(parse(text, &p, why));
    }
    assert_false(parse(WHOLE "reference = a.c\nreference = b.c\n", &p, why));
}

static void test_policy__words_that_choose(void **state)
{
    (void)state;
    struct policy p;
    char why[256];
    assert_true(parse(WHOLE, &p, why));
    assert_false(p.by_instructions || p.score_on_traces);
    assert_true(parse(WHOLE "metric = instructions\nscore.on = traces\n", &p, why));
    assert_true(p.by_instructions && p.score_on_traces);
    assert_true(parse(WHOLE "metric = time\nscore.on = variations\n", &p, why));
    assert_false(p.by_instructions || p.score_on_traces);
    assert_false(parse(WHOLE "metric = cycles\n", &p, why));
    assert_non_null(strstr(why, "p.policy:17: metric is time or instructions, not"));
    assert_false(parse(WHOLE "score.on = both\n", &p, why));
    assert_non_null(strstr(why, "p.policy:17: score.on is variations or traces, not"));
}

static void test_policy__a_curve_must_rise(void **state)
{
    (void)state;
    struct policy p;
    char why[256];
    assert_false(parse(with("utilization.zero", "0.9"), &p, why));
    assert_string_equal(why, "p.policy:16: utilization.zero must be below 'utilization.full'");
    assert_false(parse(with("throughput.full", "0.001"), &p, why));
    assert_string_equal(why, "p.policy:16: throughput.zero must be below 'throughput.full'");
}

static void test_policy__a_weight_is_given_once(void **state)
{
    (void)state;
    struct policy p;
    char why[256];
    assert_false(parse(WHOLE "category.mix = 1\ncategory.mix = 2\n", &p, why));
}

static void test_policy__a_byte_order_mark(void **state)
{
    (void)state;
    struct policy p;
    char why[256];
    assert_true(parse("\xef\xbb\xbf" WHOLE, &p, why));
}

static void test_policy__lines_too_long_and_nul_bytes(void **state)
{
    (void)state;
    struct policy p;
    char why[256], text[600];
    memset(text, 'x', sizeof text);
    assert_false(policy_parse("p.policy", text, sizeof text, &p, why, sizeof why));
    assert_string_equal(why,
                        "p.policy:1: expected a line of text of at most 255 bytes and found "
                        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'");
    assert_false(policy_parse("p.policy", "name = a\0b\n", 11, &p, why, sizeof why));
    assert_string_equal(why,
                        "p.policy:1: expected a line of text of at most 255 bytes and found "
                        "'name = a'");
}

static void test_policy__too_many_categories(void **state)
{
    (void)state;
    struct policy p;
    char why[256], text[4096] = "";
    for (int i = 0; i < POLICY_CATEGORIES; i++)
        sprintf(text + strlen(text), "category.c%d = 1\n", i);
    assert_false(parse(text, &p, why));
    assert_non_null(strstr(why, "the policy ends without")); /* all of them were taken */
    strcat(text, "category.more = 1\n");
    assert_false(parse(text, &p, why));
    assert_non_null(strstr(why, "p.policy:65: too many of these"));
}

static void test_policy__random_bytes_never_harm(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int i = 0; i < 5000; i++) {
        struct policy p;
        char why[64], *text = malloc(sizeof WHOLE);
        memcpy(text, WHOLE, sizeof WHOLE);
        size_t length = dice(&random, sizeof WHOLE);
        for (uint64_t n = dice(&random, 10); n > 0; n--)
            text[dice(&random, sizeof WHOLE)] = (char)dice(&random, 256);
        char *exact = realloc(text, length ? length : 1);
        if (!policy_parse("p", exact, length, &p, why, sizeof why))
            assert_memory_equal(why, "p:", 2);
        free(exact);
    }
}

static struct policy shipped(const char *path)
{
    struct policy p;
    policy_read(path, &p);
    return p;
}

static void test_policy__the_shipped_ones(void **state)
{
    (void)state;
    struct policy final = shipped("grader/policy/final.policy");
    assert_near(final.correctness, 20);
    assert_near(final.utilization, 40);
    assert_near(final.throughput, 40);
    assert_near(policy_weight(&final, "debug"), 0);
    struct policy checkpoint = shipped("grader/policy/checkpoint.policy");
    assert_near(checkpoint.correctness, 70);
    assert_near(checkpoint.utilization, 20);
    assert_near(checkpoint.throughput, 10);
    assert_near(policy_weight(&checkpoint, "debug"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policy__every_key),
        cmocka_unit_test(test_policy__keys_of_a_class),
        cmocka_unit_test(test_policy__comments_blanks_and_line_ends),
        cmocka_unit_test(test_policy__every_mistake_is_named),
        cmocka_unit_test(test_policy__the_reference_is_a_plain_name),
        cmocka_unit_test(test_policy__words_that_choose),
        cmocka_unit_test(test_policy__a_curve_must_rise),
        cmocka_unit_test(test_policy__a_weight_is_given_once),
        cmocka_unit_test(test_policy__a_byte_order_mark),
        cmocka_unit_test(test_policy__lines_too_long_and_nul_bytes),
        cmocka_unit_test(test_policy__too_many_categories),
        cmocka_unit_test(test_policy__random_bytes_never_harm),
        cmocka_unit_test(test_policy__the_shipped_ones),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
