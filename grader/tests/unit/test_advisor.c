/*
 * test_advisor.c - promised: what goes wrong beyond the classic lab is advice, in a sentence.
 * The checked run is played by this file: the linker takes its checked_run(), not the engine's.
 */
#include "unit.h"

#include "advisor.h"
#include "checked.h"
#include <stdlib.h>
#include <string.h>

enum { QUESTIONS = 5 };

static struct {
    size_t calls;
    bool good;
    bool null_free, nothing, wrap, absurd; /* what was asked */
    uint32_t widest;                       /* alignment */
} played;

static void note_question(const struct operation *op, uint32_t ids)
{
    uint64_t product;
    played.null_free |= op->kind == OP_FREE && op->id == ids;
    played.nothing |= op->kind == OP_REALLOC && op->size == 0;
    played.wrap |=
        op->kind == OP_CALLOC && __builtin_mul_overflow(op->count, op->size, &product);
    played.absurd |= op->kind == OP_MALLOC && op->size > UINT64_MAX / 2;
}

void checked_run(const struct process_rules *rules, const struct checked_options *options,
                 const struct trace *trace, struct checked_result *result,
                 struct findings *findings)
{
    (void)rules;
    assert_true(options->demanding);
    assert_string_equal(options->program, "the runner");
    *result = (struct checked_result){.valid = played.good, .pointers = calloc(1, 8)};
    if (!played.good)
        findings_add(findings, FINDING_CRASH, options->name, 7, "it crashed\nmore of it");
    for (size_t i = 0; i < trace->count; i++)
        note_question(&trace->operations[i], trace->ids);
    if (options->alignment > played.widest)
        played.widest = options->alignment;
    played.calls++;
}

static void test_advisor__asks_for_all_that_the_lab_never_asks(void **state)
{
    (void)state;
    struct findings findings = {0};
    memset(&played, 0, sizeof played);
    played.good = true;
    advisor_ask(NULL, "the runner", &findings);
    assert_int_equal(played.calls, QUESTIONS);
    assert_true(played.null_free && played.nothing && played.wrap && played.absurd);
    assert_int_equal(played.widest, 16);
    assert_int_equal(findings.count, 0);
}

static void test_advisor__what_goes_wrong_costs_nothing(void **state)
{
    (void)state;
    struct findings findings = {0};
    memset(&played, 0, sizeof played);
    advisor_ask(NULL, "the runner", &findings);
    assert_int_equal(findings.count, QUESTIONS);
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *advice = &findings.items[i];
        assert_int_equal(advice->code, FINDING_BEYOND_CLASSIC);
        assert_int_equal(finding_severity(advice->code), SEVERITY_ADVICE);
        assert_null(advice->trace);
        assert_non_null(strstr(advice->message, "\nit crashed"));
        assert_null(strstr(advice->message, "more of it"));
    }
    findings_clear(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_advisor__asks_for_all_that_the_lab_never_asks),
        cmocka_unit_test(test_advisor__what_goes_wrong_costs_nothing),
    };
    return cmocka_run_group_tests_name("advisor", tests, NULL, NULL);
}
