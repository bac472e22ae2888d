/*
 * test_mixes.c - promised: each mix is checked under its own name and in a part of a trace's
 * time, until too many fail.
 * The checked run is played by this file: the linker takes its checked_run(), not the engine's.
 */
#include "unit.h"

#include "fuzz.h"
#include "mixes.h"
#include <stdlib.h>
#include <string.h>

static struct {
    size_t calls, operations;
    uint64_t bad; /* bit n: mix n is not valid */
} played;

void checked_run(const struct process_rules *rules, const struct checked_options *options,
                 const struct trace *trace, struct checked_result *result,
                 struct findings *findings)
{
    char name[32];
    assert_true(rules->total_seconds * MIXES_PART == 8);
    assert_string_equal(options->name, fuzz_name((uint32_t)played.calls, name));
    assert_int_equal(options->alignment, 16);
    *result = (struct checked_result){.valid = !(played.bad >> played.calls & 1),
                                      .pointers = calloc(1, 8)};
    if (!result->valid)
        findings_add(findings, FINDING_OVERLAP, options->name, 1, "bad");
    played.calls++;
    played.operations += trace->count;
}

static struct mixes play(size_t count, uint64_t bad, struct findings *findings)
{
    const struct checked_options options = {.alignment = 16, .name = "not this one"};
    const struct process_rules rules = {.total_seconds = 8};
    struct mixes mixes = {.seed = 5, .count = count};
    memset(&played, 0, sizeof played);
    played.bad = bad;
    mixes_check(&rules, &options, &mixes, findings);
    assert_int_equal(mixes.run, played.calls);
    assert_int_equal(mixes.operations, played.operations);
    return mixes;
}

static void test_mixes__all_are_run_and_counted(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct mixes mixes = play(20, 0, &findings);
    assert_int_equal(mixes.run, 20);
    assert_int_equal(mixes.valid, 20);
    assert_int_equal(findings.count, 0);
    mixes = play(0, 0, &findings);
    assert_int_equal(mixes.run, 0);
}

static void test_mixes__findings_name_their_mix(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct mixes mixes = play(10, 1 << 3, &findings);
    assert_int_equal(mixes.valid, 9);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.items[0].trace, "fuzz-0003");
    findings_clear(&findings);
}

static void test_mixes__after_too_many_failures_the_rest_is_not_run(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct mixes mixes = play(60, UINT64_MAX << 2, &findings);
    assert_int_equal(mixes.valid, 2);
    assert_int_equal(mixes.run, 2 + MIXES_FAILED);
    findings_clear(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mixes__all_are_run_and_counted),
        cmocka_unit_test(test_mixes__findings_name_their_mix),
        cmocka_unit_test(test_mixes__after_too_many_failures_the_rest_is_not_run),
    };
    return cmocka_run_group_tests_name("mixes", tests, NULL, NULL);
}
