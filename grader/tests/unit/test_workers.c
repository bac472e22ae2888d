/*
 * test_workers.c - promised: each thing is done once, its result stands in its place, and what
 * a worker does to our memory stays with it.
 */
#include "dies.h"

#include "workers.h"

enum { THINGS = 100 };

struct outcome {
    size_t number;
    unsigned times;
    pid_t pid;
};

static int touched;

static void work(void *context, size_t i, void *result)
{
    struct outcome *outcome = result;
    outcome->number = *(size_t *)context + i;
    outcome->times++;
    outcome->pid = getpid();
    touched = 1;
}

static void test_workers__each_thing_once(void **state)
{
    (void)state;
    size_t offset = 7;
    struct outcome *outcomes = workers_run(THINGS, sizeof *outcomes, work, &offset);
    for (size_t i = 0; i < THINGS; i++) {
        assert_int_equal(outcomes[i].number, offset + i);
        assert_int_equal(outcomes[i].times, 1);
        assert_int_not_equal(outcomes[i].pid, getpid());
    }
    assert_int_equal(touched, 0);
    free(outcomes);
}

static void test_workers__nothing_to_do(void **state)
{
    (void)state;
    free(workers_run(0, sizeof(struct outcome), work, NULL));
}

static void end_at_3(void *context, size_t i, void *result)
{
    (void)context;
    (void)result;
    if (i == 3)
        _exit(2); /* as by die() */
}

static void run_in_vain(void *context)
{
    workers_run(THINGS, 1, end_at_3, context);
}

static void test_workers__a_fault_ends_all(void **state)
{
    (void)state;
    assert_dies(run_in_vain, NULL, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workers__each_thing_once),
        cmocka_unit_test(test_workers__nothing_to_do),
        cmocka_unit_test(test_workers__a_fault_ends_all),
    };
    return cmocka_run_group_tests_name("workers", tests, NULL, NULL);
}
