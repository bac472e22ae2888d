/*
 * test_launch.c - promised: what cannot be started for a reason of ours ends the referee; it
 * is no outcome that a submission could answer for. What is no program is an outcome.
 */
#include "dies.h"
#include "unit.h"

#include "process.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static struct process_rules rules = {.heap_start = (uint64_t)1 << 45,
                                     .heap_room = (uint64_t)1 << 30,
                                     .resident_limit = (uint64_t)1 << 30,
                                     .order_seconds = 10,
                                     .total_seconds = 10};

static void start(void *program)
{
    struct process p;
    process_start(&p, &rules, program);
}

static void test_launch__our_own_fault_ends_the_referee(void **state)
{
    (void)state;
    static const char folder[] = "/";
    assert_dies(start, (void *)(uintptr_t)folder, "/: the runner cannot be started");
    assert_dies(start, (void *)(uintptr_t) "/none", "/none: the runner cannot be opened");
}

static void test_launch__what_is_no_program_is_an_outcome(void **state)
{
    (void)state;
    struct process p;
    bool ready;
    char path[] = "/tmp/test-process-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && fchmod(fd, 0700) == 0 && write(fd, "what?", 5) == 5);
    close(fd);
    process_start(&p, &rules, path);
    assert_int_equal(process_init(&p, &ready), OUTCOME_EXIT);
    process_end(&p);
    unlink(path);
}

static void test_launch__who_is_frozen_does_nothing(void **state)
{
    (void)state;
    struct process p;
    struct process_rules busy = rules;
    busy.output = open("/dev/null", O_WRONLY);
    process_start(&p, &busy, "/usr/bin/yes");
    process_freeze(&p);
    assert_int_equal(process_state(&p), 'T');
    process_thaw(&p);
    assert_int_not_equal(process_state(&p), 'T');
    kill(p.pid, SIGKILL);
    process_freeze(&p);
    assert_int_equal(p.pid, 0);
    process_freeze(&p);
    process_thaw(&p);
    process_end(&p);
    close(busy.output);
}

/* How many blocks a trace has would tell which it is, and so all that comes. */
static void test_launch__a_checked_run_knows_nothing_of_its_trace(void **state)
{
    (void)state;
    struct process p;
    process_start(&p, &rules, "/bin/true");
    assert_int_equal(p.orders->ids, 0);
    assert_int_equal(p.orders->window, 1);
    process_end(&p);
}

/* Not how many blocks are still to come, nor, in a second pass, what came last in the first. */
static void test_launch__a_timed_run_knows_little_of_its_trace(void **state)
{
    (void)state;
    struct process p;
    static const struct operation nothing[64];
    process_prepare(&p, &rules, "/bin/true", PLACE_WITH_US, 1000, 64);
    assert_int_equal(p.orders->ids, 1024);
    for (int i = 0; i < 64; i++)
        p.orders->operations[i].size = 1;
    process_spawn(&p);
    assert_memory_equal(p.orders->operations, nothing, sizeof nothing);
    process_end(&p);
}

static int open_output(void **state)
{
    (void)state;
    return (rules.output = open("/dev/null", O_WRONLY | O_CLOEXEC)) < 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_launch__our_own_fault_ends_the_referee),
        cmocka_unit_test(test_launch__what_is_no_program_is_an_outcome),
        cmocka_unit_test(test_launch__who_is_frozen_does_nothing),
        cmocka_unit_test(test_launch__a_checked_run_knows_nothing_of_its_trace),
        cmocka_unit_test(test_launch__a_timed_run_knows_little_of_its_trace),
    };
    return cmocka_run_group_tests_name("launch", tests, open_output, NULL);
}
