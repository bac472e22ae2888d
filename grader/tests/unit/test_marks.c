/*
 * test_marks.c - promised: utilization counts beside the reference's, and less where less was
 * carried; refusing quickly is no speed; means leave out what was not measured.
 */
#include "unit.h"

#include "marks.h"

static struct grade_trace as_good_as_the_reference(void)
{
    return (struct grade_trace){.category = "mix",
                                .valid = true,
                                .operations = 5000,
                                .peak_payload = 1000,
                                .reference_peak_payload = 1000,
                                .utilization = 0.8,
                                .reference_utilization = 0.8,
                                .timed = true,
                                .ratio = 1,
                                .log_error = 0.1};
}

static struct grade mark(struct grade_trace *traces, size_t count)
{
    struct grade grade = {.policy = {.correctness = 20,
                                     .utilization = 40,
                                     .throughput = 40,
                                     .utilization_curve = {0, 1},
                                     .throughput_curve = {0.01, 1},
                                     .throughput_needs = 0},
                          .traces = traces,
                          .trace_count = count};
    marks_compute(&grade);
    return grade;
}

static void test_marks__the_reference_earns_all(void **state)
{
    (void)state;
    struct grade_trace trace = as_good_as_the_reference();
    struct grade grade = mark(&trace, 1);
    assert_near(grade.score.total, 100);
    assert_near(grade.utilization, 0.8);
    assert_near(grade.ratio, 1);
    assert_near(trace.counted.utilization, 1);
}

static void test_marks__who_carries_less_earns_less(void **state)
{
    (void)state;
    struct grade_trace trace = as_good_as_the_reference();
    trace.peak_payload = 250;
    mark(&trace, 1);
    assert_near(trace.counted.utilization, 0.25);
    trace.peak_payload = 2000; /* more than the reference: no bonus */
    mark(&trace, 1);
    assert_near(trace.counted.utilization, 1);
}

static void test_marks__no_heap_where_the_reference_has_one_is_nothing(void **state)
{
    (void)state;
    struct grade_trace trace = as_good_as_the_reference();
    trace.utilization = NAN;
    mark(&trace, 1);
    assert_near(trace.counted.utilization, 0);
}

static void test_marks__refusing_is_no_speed(void **state)
{
    (void)state;
    struct grade_trace trace = as_good_as_the_reference();
    trace.ratio = 50;
    trace.no_speed = true;
    struct grade grade = mark(&trace, 1);
    assert_true(isnan(trace.counted.ratio));
    assert_near(grade.score.throughput, 0);
}

static void test_marks__too_short_for_a_clock_is_as_fast_as_the_reference(void **state)
{
    (void)state;
    struct grade_trace traces[] = {as_good_as_the_reference(), as_good_as_the_reference()};
    traces[0].operations = SCORE_OPERATIONS - 1;
    traces[0].timed = false;
    traces[0].ratio = NAN;
    traces[1].ratio = 0.1;
    struct grade grade = mark(traces, 2);
    assert_near(traces[0].counted.ratio, 1);
    assert_near(grade.score.throughput, 30);
    assert_near(grade.ratio, 0.1); /* for display, only what was measured */
}

static void test_marks__means_leave_out_what_is_not_valid(void **state)
{
    (void)state;
    struct grade_trace traces[] = {as_good_as_the_reference(), as_good_as_the_reference()};
    traces[1].valid = traces[1].timed = false;
    traces[1].utilization = 0.1;
    traces[1].ratio = 9;
    struct grade grade = mark(traces, 2);
    assert_near(grade.utilization, 0.8);
    assert_near(grade.ratio, 1);
    assert_near(grade.score.total, 50);
}

static void test_marks__the_interval_is_narrower_of_more_traces(void **state)
{
    (void)state;
    struct grade_trace traces[4];
    for (size_t i = 0; i < COUNT(traces); i++)
        traces[i] = as_good_as_the_reference();
    struct grade one = mark(traces, 1), four = mark(traces, 4);
    assert_near(log(one.high), 1.96 * 0.1);
    assert_near(log(one.low), -1.96 * 0.1);
    assert_near(log(four.high), 1.96 * 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks__the_reference_earns_all),
        cmocka_unit_test(test_marks__who_carries_less_earns_less),
        cmocka_unit_test(test_marks__no_heap_where_the_reference_has_one_is_nothing),
        cmocka_unit_test(test_marks__refusing_is_no_speed),
        cmocka_unit_test(test_marks__too_short_for_a_clock_is_as_fast_as_the_reference),
        cmocka_unit_test(test_marks__means_leave_out_what_is_not_valid),
        cmocka_unit_test(test_marks__the_interval_is_narrower_of_more_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
