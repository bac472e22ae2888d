/*
 * test_history.c - promised: what changed since the last run of the same submission, profile
 * and policy is said, noise and small changes are not; a damaged file does no harm.
 */
#include "files.h"

#include "history.h"
#include "say.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

static int setup(void **state)
{
    (void)state;
    strcpy(path, "/tmp/test-history-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 || close(fd) != 0;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

/* One valid, timed trace of a submission. */
static struct grade_trace a_trace(void)
{
    return (struct grade_trace){.name = "mix-desktop",
                                .scored = true,
                                .valid = true,
                                .utilization = 0.80,
                                .timed = true,
                                .ratio = 1.0,
                                .log_error = 0.02};
}

/* Grades it; what was said is in `said` until the next call. */
static const char *after(const char *submission, struct grade_trace trace, double total)
{
    static char said[2000];
    struct grade grade = {.submission = submission,
                          .profile = "modern",
                          .policy_sha256 = "abc",
                          .traces = &trace,
                          .trace_count = 1,
                          .score = {.scored = true, .total = total, .max = 100}};
    memset(said, 0, sizeof said);
    FILE *out = fmemopen(said, sizeof said - 1, "w");
    history_update(path, &grade, out);
    fclose(out);
    return said;
}

static void test_history__the_first_run_says_nothing(void **state)
{
    (void)state;
    assert_string_equal(after("a/mm.c", a_trace(), 50), "");
}

static void test_history__the_same_again_is_no_change(void **state)
{
    (void)state;
    after("mm.c", a_trace(), 50);
    assert_non_null(strstr(after("mm.c", a_trace(), 50), "nothing has changed"));
}

static void test_history__what_changed_is_said(void **state)
{
    (void)state;
    struct grade_trace trace = a_trace();
    trace.valid = false;
    after("mm.c", trace, 50);
    trace = a_trace();
    trace.utilization = 0.85;
    trace.ratio = 2;
    const char *said = after("mm.c", trace, 60);
    assert_non_null(strstr(said, "score 50.0 to 60.0"));
    assert_non_null(strstr(said, "now valid: mix-desktop"));
    assert_non_null(strstr(said, "utilization: mix-desktop 80.0% to 85.0%"));
    assert_non_null(strstr(said, "ratio: mix-desktop 1 to 2"));
    trace.valid = false;
    assert_non_null(strstr(after("mm.c", trace, 60), "no longer valid: mix-desktop"));
}

static void test_history__noise_is_no_change(void **state)
{
    (void)state;
    struct grade_trace trace = a_trace();
    after("mm.c", trace, 50);
    trace.utilization += 0.009; /* below a percent */
    trace.ratio = 1.04;         /* below a twentieth */
    assert_non_null(strstr(after("mm.c", trace, 50), "nothing has changed"));
    trace.ratio = 1.5;
    trace.log_error = 0.5; /* beyond a twentieth, within the error */
    assert_non_null(strstr(after("mm.c", trace, 50), "nothing has changed"));
}

static void test_history__others_are_not_compared(void **state)
{
    (void)state;
    after("mm.c", a_trace(), 50);
    assert_string_equal(after("other.c", a_trace(), 60), "");
    assert_non_null(strstr(after("folder/mm.c", a_trace(), 60), "score 50.0 to 60.0"));
}

static void test_history__other_traces_are_not_compared(void **state)
{
    (void)state;
    struct grade_trace other = a_trace();
    other.name = "mix-server";
    after("mm.c", a_trace(), 50);
    assert_string_equal(after("mm.c", other, 60), "");
}

static void test_history__a_damaged_file_does_no_harm(void **state)
{
    (void)state;
    write_file(path, "run\t\n\t\t\ntrace\nrun\tx\tmm.c\tmodern\tabc\tx\tx\tx\tx\tx\ntrace\tmix-"
                     "desktop\t\t\t\t");
    const char *said = after("mm.c", a_trace(), 50);
    assert_non_null(strstr(said, "since the last run, some time ago:"));
    assert_non_null(strstr(said, "now valid: mix-desktop"));
    assert_non_null(strstr(after("mm.c", a_trace(), 50), "nothing has changed"));
}

static void test_history__a_file_too_large_to_be_one_is_begun_anew(void **state)
{
    (void)state;
    after("mm.c", a_trace(), 50);
    assert_int_equal(truncate(path, 17 << 20), 0);
    assert_string_equal(after("mm.c", a_trace(), 60), "");
    assert_non_null(strstr(after("mm.c", a_trace(), 60), "nothing has changed"));
}

static void test_history__a_tab_in_a_name_ends_no_field(void **state)
{
    (void)state;
    after("m\tm.c", a_trace(), 50);
    assert_non_null(strstr(after("m\tm.c", a_trace(), 50), "nothing has changed"));
}

static void test_history__the_last_runs_are_kept(void **state)
{
    (void)state;
    char line[256];
    int runs = 0;
    for (int i = 0; i < HISTORY_RUNS + 5; i++)
        after("mm.c", a_trace(), i);
    FILE *in = fopen(path, "r");
    while (fgets(line, sizeof line, in))
        runs += strncmp(line, "run\t", 4) == 0;
    fclose(in);
    assert_int_equal(runs, HISTORY_RUNS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_history__##name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_run_says_nothing),    TEST(the_same_again_is_no_change),
        TEST(what_changed_is_said),          TEST(noise_is_no_change),
        TEST(others_are_not_compared),       TEST(other_traces_are_not_compared),
        TEST(a_damaged_file_does_no_harm),   TEST(a_file_too_large_to_be_one_is_begun_anew),
        TEST(a_tab_in_a_name_ends_no_field), TEST(the_last_runs_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
