/*
 * test_command.c - promised: a helper's output is kept up to a limit, its status is told, and
 * none outlasts its time, with or without an output; what it started goes with it. Time in
 * which we were stopped ourselves is not the helper's.
 */
#include "unit.h"

#include "command.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct command_result run(const char *script, size_t keep, unsigned seconds)
{
    char shell[] = "sh", option[] = "-c", text[256];
    snprintf(text, sizeof text, "%s", script);
    char *argv[] = {shell, option, text, NULL};
    return command_run(&(struct command){.argv = argv, .keep = keep, .seconds = seconds});
}

static void test_command__output_and_status_are_told(void **state)
{
    (void)state;
    struct command_result result = run("echo one; echo two >&2; exit 3", 100, 10);
    assert_string_equal(result.output, "one\ntwo\n");
    assert_int_equal(result.bytes, 8);
    assert_int_equal(result.status, 3);
    assert_false(result.timed_out);
    free(result.output);
}

static void test_command__a_flood_is_cut(void **state)
{
    (void)state;
    struct command_result result = run("seq 100000", 5, 10);
    assert_string_equal(result.output, "1\n2\n3");
    assert_int_equal(result.status, 0);
    free(result.output);
}

static void test_command__a_signal_and_a_missing_program_have_a_status(void **state)
{
    (void)state;
    char none[] = "no-such-program", *argv[] = {none, NULL};
    struct command_result result = run("kill -9 $$", 100, 10);
    assert_int_equal(result.status, 128 + 9);
    free(result.output);
    result = command_run(&(struct command){.argv = argv, .keep = 100, .seconds = 10});
    assert_int_equal(result.status, 127);
    free(result.output);
}

static void test_command__time_is_up_for_who_talks_on(void **state)
{
    (void)state;
    struct command_result result = run("while :; do echo more; done", 100, 1);
    assert_true(result.timed_out);
    free(result.output);
}

/* It would be waited for as long as it likes. */
static void test_command__time_is_up_for_who_closed_its_output(void **state)
{
    (void)state;
    struct command_result result = run("exec >&- 2>&-; exec sleep 600", 100, 1);
    assert_true(result.timed_out);
    free(result.output);
}

/* As when a batch system suspends a job; here the helper goes on, and lets us go on, too. */
static void test_command__time_in_which_we_are_stopped_does_not_count(void **state)
{
    (void)state;
    struct command_result result =
        run("(sleep 3; kill -CONT $PPID) & kill -STOP $PPID; wait; echo done", 100, 2);
    assert_string_equal(result.output, "done\n");
    assert_false(result.timed_out);
    free(result.output);
}

static void test_command__no_descriptor_comes_along(void **state)
{
    (void)state;
    for (int fd = 3; fd < 1024; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC); /* those that were left open for this test */
    struct command_result result = run("ls /proc/self/fd", 100, 10);
    assert_string_equal(result.output, "0\n1\n2\n3\n"); /* the last is ls's own */
    free(result.output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command__output_and_status_are_told),
        cmocka_unit_test(test_command__a_flood_is_cut),
        cmocka_unit_test(test_command__a_signal_and_a_missing_program_have_a_status),
        cmocka_unit_test(test_command__time_is_up_for_who_talks_on),
        cmocka_unit_test(test_command__time_is_up_for_who_closed_its_output),
        cmocka_unit_test(test_command__time_in_which_we_are_stopped_does_not_count),
        cmocka_unit_test(test_command__no_descriptor_comes_along),
    };
    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
