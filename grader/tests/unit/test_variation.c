/*
 * test_variation.c - promised: in an official grade each trace that is timed has a private
 * variation; what goes wrong there counts, and the policy's choice of the two scores.
 *
 * The checked run is ours here: it makes of the variation's name what it is told to.
 */
#include "traces.h"

#include "trial.h"
#include "variation.h"
#include <stdlib.h>
#include <string.h>

enum { TRACES = 4 };

static struct {
    const char *fails_on; /* a name, or NULL */
    size_t runs;
} run;

void trial_check(struct job *job, const struct trace *trace, struct checked_result *result,
                 struct grade_trace *record)
{
    (void)job;
    run.runs++;
    *result = (struct checked_result){.performed = trace->count};
    record->valid = !run.fails_on || strcmp(record->name, run.fails_on) != 0;
    record->utilization = 0.7;
    record->peak_heap = 2000;
    if (!record->valid)
        findings_add(&record->findings, FINDING_CRASH, record->name, 7, "it crashed");
}

/* Sizes that a variation can change: two scored traces, an invalid one, a debug one. */
static struct job *a_job(void)
{
    static struct job job;
    static struct traceset_entry entries[TRACES];
    static struct grade_trace records[TRACES];
    static struct variation variations[TRACES];
    static struct checked_result checked[TRACES];
    static const char *const names[TRACES] = {"mix-a", "mix-b", "mix-c", "debug-d"};
    memset(variations, 0, sizeof variations);
    for (size_t i = 0; i < TRACES; i++) {
        struct trace trace = {.ids = 100, .count = 100};
        trace.operations = calloc(trace.count, sizeof *trace.operations);
        for (uint32_t k = 0; k < 100; k++)
            trace.operations[k] = (struct operation){
                .kind = OP_MALLOC, .id = k, .count = 1, .line = k + 5, .size = 500 + 160 * k};
        entries[i] =
            (struct traceset_entry){.name = (char *)(uintptr_t)names[i], .trace = trace};
        records[i] = (struct grade_trace){.name = names[i],
                                          .category = "mix",
                                          .scored = i != 3,
                                          .valid = i != 2,
                                          .operations = OVERFIT_OPERATIONS,
                                          .utilization = 0.8,
                                          .reference_utilization = 0.8,
                                          .peak_heap = 1000};
    }
    job = (struct job){.settings = {.official = true},
                       .set = {.entries = entries, .count = TRACES},
                       .checked = checked,
                       .variations = variations};
    job.grade.traces = records;
    job.grade.trace_count = TRACES;
    job.grade.policy.score_seed = 7;
    memset(&run, 0, sizeof run);
    return &job;
}

static void release(struct job *job)
{
    for (size_t i = 0; i < TRACES; i++) {
        trace_free(&job->set.entries[i].trace);
        trace_free(&job->variations[i].trace);
        findings_clear(&job->grade.traces[i].findings);
    }
}

static bool same(const struct trace *a, const struct trace *b)
{
    return a->count == b->count && same_operations(a, b, a->count);
}

static void test_variation__of_what_is_timed(void **state)
{
    (void)state;
    struct job *job = a_job();
    variation_check_all(job);
    assert_int_equal(run.runs, 2);
    assert_true(job->variations[0].made && job->variations[1].made);
    assert_false(job->variations[2].made); /* it is not valid */
    assert_false(job->variations[3].made); /* it is not scored */
    assert_string_equal(job->variations[0].record.name, "mix-a~private");
    assert_false(same(&job->variations[0].trace, &job->set.entries[0].trace));
    assert_false(same(&job->variations[0].trace, &job->variations[1].trace));
    assert_near(job->grade.traces[0].utilization, 0.8); /* as it was */
    release(job);
}

static void test_variation__the_seed_decides(void **state)
{
    (void)state;
    struct job *job = a_job();
    variation_check_all(job);
    struct trace first = job->variations[0].trace;
    job->variations[0].trace = (struct trace){0};
    release(job);
    job = a_job();
    variation_check_all(job);
    assert_true(same(&first, &job->variations[0].trace));
    release(job);
    job = a_job();
    job->grade.policy.score_seed = 8;
    variation_check_all(job);
    assert_false(same(&first, &job->variations[0].trace));
    release(job);
    trace_free(&first);
}

static void test_variation__in_official_grades_only(void **state)
{
    (void)state;
    struct job *job = a_job();
    job->settings.official = false;
    variation_check_all(job);
    assert_int_equal(run.runs, 0);
    variation_choose(job, 0);
    assert_near(job->grade.traces[0].utilization, 0.8);
    assert_int_equal(job->grade.traces[0].peak_heap, 1000);
    release(job);
}

static void test_variation__an_error_there_is_one_of_the_trace(void **state)
{
    (void)state;
    struct job *job = a_job();
    run.fails_on = "mix-b~private";
    variation_check_all(job);
    assert_true(job->grade.traces[0].valid);
    assert_false(job->grade.traces[1].valid || job->variations[1].made);
    assert_int_equal(job->grade.traces[1].findings.count, 1);
    assert_string_equal(job->grade.traces[1].findings.items[0].trace, "mix-b~private");
    release(job);
}

static void test_variation__the_policy_chooses_what_scores(void **state)
{
    (void)state;
    struct job *job = a_job();
    variation_check_all(job);
    job->variations[0].record.reference_utilization = 0.75;
    job->grade.policy.score_on_traces = false;
    variation_choose(job, 0);
    assert_string_equal(job->grade.traces[0].name, "mix-a"); /* nobody sees the other name */
    assert_near(job->grade.traces[0].utilization, 0.7);
    assert_int_equal(job->grade.traces[0].peak_heap, 2000);
    assert_near(job->grade.traces[0].other.utilization, 0.8);
    job->grade.policy.score_on_traces = true;
    variation_choose(job, 1);
    assert_near(job->grade.traces[1].utilization, 0.8);
    assert_int_equal(job->grade.traces[1].peak_heap, 1000);
    assert_near(job->grade.traces[1].other.utilization, 0.7);
    release(job);
}

static void test_variation__an_advantage_in_public_is_named(void **state)
{
    (void)state;
    struct job *job = a_job();
    variation_check_all(job);
    job->grade.traces[0].utilization = 0.8; /* all of the reference's; the other, 0.7, half */
    job->variations[0].record.reference_utilization = 1.4;
    variation_compare(job);
    variation_choose(job, 0);
    assert_int_equal(job->grade.traces[0].findings.count, 1);
    assert_int_equal(job->grade.traces[0].findings.items[0].code, FINDING_OVERFITTED);
    assert_string_equal(job->grade.traces[0].findings.items[0].trace, "mix-a");
    release(job);
}

/* An honest allocator may be lucky with one or two traces of the kit's. */
static void test_variation__one_advantage_of_many_is_luck(void **state)
{
    (void)state;
    enum { MANY = 39 };
    static struct grade_trace records[MANY];
    static struct variation variations[MANY];
    struct job job = {.set = {.count = MANY}, .variations = variations};
    const struct grade_trace same = {
        .name = "mix-a", .valid = true, .utilization = 0.8, .reference_utilization = 0.8};
    job.grade.traces = records;
    for (size_t shown = 0; shown <= 3; shown++) {
        size_t accused = 0;
        for (size_t i = 0; i < MANY; i++) {
            records[i] = same;
            variations[i] = (struct variation){.made = true, .record = same};
            if (i < shown)
                variations[i].record.utilization = 0.4;
        }
        variation_compare(&job);
        for (size_t i = 0; i < MANY; i++) {
            accused += records[i].findings.count;
            findings_clear(&records[i].findings);
        }
        assert_int_equal(accused, shown > 2 ? shown : 0);
    }
}

/* A speed is compared where both were timed, on a trace that is long enough. */
static void test_variation__speeds_that_can_be_compared(void **state)
{
    (void)state;
    static const struct {
        size_t operations;
        bool timed;
        size_t findings;
    } cases[] = {{OVERFIT_OPERATIONS, true, 1},
                 {OVERFIT_OPERATIONS - 1, true, 0},
                 {OVERFIT_OPERATIONS, false, 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct job *job = a_job();
        variation_check_all(job);
        struct grade_trace *open = &job->grade.traces[0], *other = &job->variations[0].record;
        open->operations = other->operations = cases[i].operations;
        open->timed = true;
        other->timed = cases[i].timed;
        open->ratio = 2 * OVERFIT_SPEED;
        other->ratio = 1;
        variation_compare(job);
        variation_choose(job, 0);
        assert_int_equal(job->grade.traces[0].findings.count, cases[i].findings);
        release(job);
    }
}

static void test_variation__what_the_timing_found_counts(void **state)
{
    (void)state;
    struct job *job = a_job();
    variation_check_all(job);
    job->variations[0].record.valid = false;
    findings_add(&job->variations[0].record.findings, FINDING_NONDETERMINISTIC, "mix-a~private",
                 0, "it returned other pointers");
    variation_choose(job, 0);
    assert_false(job->grade.traces[0].valid);
    assert_int_equal(job->grade.traces[0].findings.count, 1);
    assert_near(job->grade.traces[0].utilization, 0.8);
    release(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variation__of_what_is_timed),
        cmocka_unit_test(test_variation__the_seed_decides),
        cmocka_unit_test(test_variation__in_official_grades_only),
        cmocka_unit_test(test_variation__an_error_there_is_one_of_the_trace),
        cmocka_unit_test(test_variation__the_policy_chooses_what_scores),
        cmocka_unit_test(test_variation__an_advantage_in_public_is_named),
        cmocka_unit_test(test_variation__one_advantage_of_many_is_luck),
        cmocka_unit_test(test_variation__speeds_that_can_be_compared),
        cmocka_unit_test(test_variation__what_the_timing_found_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
