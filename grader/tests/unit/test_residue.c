/*
 * test_residue.c - promised: what a process changes in its private memory is seen, line by
 * line, wherever it is; what was put back is not forgotten; looking changes nothing.
 */
#include "unit.h"

#include "residue.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES = 40, LINE = 64, NOISE = 512 };

static volatile char table[LINES * LINE] = {1};

/* A runner's part: at each word it writes that byte into every line of the table. */
static void serve(int orders, int replies)
{
    char word;
    alarm(10); /* whatever becomes of the test */
    while (read(orders, &word, 1) == 1) {
        for (int i = 0; i < LINES; i++)
            table[i * LINE] = word;
        if (write(replies, &word, 1) != 1)
            break;
    }
    _exit(0);
}

static void tell(int orders, int replies, char word)
{
    assert_int_equal(write(orders, &word, 1), 1);
    assert_int_equal(read(replies, &word, 1), 1);
}

static void test_residue__changes_are_seen(void **state)
{
    (void)state;
    int orders[2], replies[2];
    struct residue residue;
    assert_int_equal(pipe(orders) | pipe(replies), 0);
    pid_t pid = fork();
    if (pid == 0)
        serve(orders[0], replies[1]);
    tell(orders[1], replies[0], 5);
    residue_remember(&residue, pid);
    uint64_t quiet = residue_changed(&residue, pid);
    assert_true(quiet <= NOISE);
    tell(orders[1], replies[0], 6);
    uint64_t changed = residue_changed(&residue, pid);
    assert_in_range(changed, LINES * LINE, LINES * LINE + NOISE);
    tell(orders[1], replies[0], 5);
    assert_true(residue_changed(&residue, pid) >= LINES * LINE);
    residue_clear(&residue);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void test_residue__who_is_gone_shows_nothing(void **state)
{
    (void)state;
    struct residue residue;
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    residue_remember(&residue, pid);
    assert_int_equal(residue_changed(&residue, pid), 0);
    residue_clear(&residue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_residue__changes_are_seen),
        cmocka_unit_test(test_residue__who_is_gone_shows_nothing),
    };
    return cmocka_run_group_tests_name("residue", tests, NULL, NULL);
}
