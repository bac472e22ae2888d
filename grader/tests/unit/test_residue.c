/*
 * test_residue.c - promised: what a process changes in its private memory is seen, line by
 * line, wherever it is; what was put back is not forgotten; looking changes nothing. Of what
 * is very large only a part is looked at.
 */
#include "unit.h"

#include "residue.h"
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES = 40, LINE = 64, NOISE = 512 };

static volatile char table[LINES * LINE] = {1};

enum { LARGE = 16 << 20, PAGE = 4096, LARGE_TOO = 9 };
static _Alignas(PAGE) char large[LARGE]; /* no page of it is there until it is written */

/*
 * A runner's part: at each word it writes that byte into every line of the table, and at one of
 * them also into all pages of what is larger than anybody needs.
 */
static void serve(int orders, int replies)
{
    char word;
    alarm(10); /* whatever becomes of the test */
    while (read(orders, &word, 1) == 1) {
        for (int i = 0; i < LINES; i++)
            table[i * LINE] = word;
        for (int i = 0; word == LARGE_TOO && i < LARGE; i += PAGE)
            large[i] = word;
        if (word == LARGE_TOO) /* it becomes several mappings */
            mprotect(large + LARGE / 2, PAGE, PROT_READ);
        if (write(replies, &word, 1) != 1)
            break;
    }
    _exit(0);
}

struct other {
    pid_t pid;
    int orders, replies;
};

static struct other start_serving(void)
{
    int orders[2], replies[2];
    assert_int_equal(pipe(orders) | pipe(replies), 0);
    pid_t pid = fork();
    if (pid == 0)
        serve(orders[0], replies[1]);
    return (struct other){pid, orders[1], replies[0]};
}

static void tell(const struct other *other, char word)
{
    assert_int_equal(write(other->orders, &word, 1), 1);
    assert_int_equal(read(other->replies, &word, 1), 1);
}

static void end(const struct other *other)
{
    kill(other->pid, SIGKILL);
    waitpid(other->pid, NULL, 0);
}

static void test_residue__changes_are_seen(void **state)
{
    (void)state;
    struct other other = start_serving();
    struct residue residue;
    tell(&other, 5);
    residue_remember(&residue, other.pid);
    uint64_t quiet = residue_changed(&residue, other.pid);
    assert_true(quiet <= NOISE);
    tell(&other, 6);
    uint64_t changed = residue_changed(&residue, other.pid);
    assert_in_range(changed, LINES * LINE, LINES * LINE + NOISE);
    tell(&other, 5);
    assert_true(residue_changed(&residue, other.pid) >= LINES * LINE);
    residue_clear(&residue);
    end(&other);
}

/* Every page of it is charged; nobody reads all of it for a change that costs less. */
static void test_residue__much_memory_is_not_read_whole(void **state)
{
    (void)state;
    struct other other = start_serving();
    struct residue residue;
    tell(&other, 5);
    residue_remember(&residue, other.pid);
    size_t usual = residue.count;
    residue_clear(&residue);
    tell(&other, LARGE_TOO);
    residue_remember(&residue, other.pid);
    assert_in_range(residue.count, usual, usual + LARGE / PAGE / 2);
    tell(&other, 6);
    assert_true(residue_changed(&residue, other.pid) >= LINES * LINE);
    residue_clear(&residue);
    end(&other);
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
        cmocka_unit_test(test_residue__much_memory_is_not_read_whole),
        cmocka_unit_test(test_residue__who_is_gone_shows_nothing),
    };
    return cmocka_run_group_tests_name("residue", tests, NULL, NULL);
}
