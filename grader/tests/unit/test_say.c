/*
 * test_say.c - promised: a terminal shows what strangers wrote and obeys none of it; random
 * bytes are as many as were asked for.
 */
#include "dies.h"

#include "say.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static void assert_escaped(const char *text, size_t bytes, const char *expected)
{
    char *written;
    size_t written_bytes;
    FILE *out = open_memstream(&written, &written_bytes);
    say_escaped(out, text, bytes, "| ");
    fclose(out);
    assert_string_equal(written, expected);
    free(written);
}

static void test_say__plain_text_has_a_margin(void **state)
{
    (void)state;
    assert_escaped("", 0, "");
    assert_escaped("one\n\ttwo\n\n", 10, "| one\n| \ttwo\n| \n");
    assert_escaped("no end", 6, "| no end\n");
}

static void test_say__controls_are_shown(void **state)
{
    (void)state;
    assert_escaped("\x1b[31m\r\a\0\x7f", 9, "| \\x1b[31m\\x0d\\x07\\x00\\x7f\n");
}

static void test_say__only_utf8_passes(void **state)
{
    (void)state;
    assert_escaped("\xc3\xa9\xff\xc2\x9b", 5, "| \xc3\xa9\\xff\\xc2\\x9b\n");
    assert_escaped("\xe2\x80\xae", 3, "| \\xe2\\x80\\xae\n"); /* right to left */
}

static void test_say__a_name_is_one_line(void **state)
{
    (void)state;
    char *shown = say_escape("a\nb\tc\xc3\xa9\x1b");
    assert_string_equal(shown, "a\\x0ab\\x09c\xc3\xa9\\x1b");
    free(shown);
}

static void test_say__random_bytes_never_reach_the_terminal(void **state)
{
    (void)state;
    uint64_t random = 13;
    for (int i = 0; i < 2000; i++) {
        char bytes[64], *written;
        size_t length = dice(&random, sizeof bytes), written_bytes;
        for (size_t k = 0; k < length; k++)
            bytes[k] = (char)dice(&random, 256);
        FILE *out = open_memstream(&written, &written_bytes);
        say_escaped(out, bytes, length, "");
        fclose(out);
        for (size_t k = 0; k < written_bytes; k++)
            assert_false((unsigned char)written[k] < ' ' && !strchr("\n\t", written[k]));
        free(written);
    }
}

static void give_up(void *context)
{
    die("%s: cannot be opened", (const char *)context);
}

static void test_say__our_own_voice_quotes_names_as_safely(void **state)
{
    (void)state;
    char name[] = "\x1b[2J\xe2\x80\xae\xc3\xa9.c";
    assert_dies(give_up, name, ": \\x1b[2J\\xe2\\x80\\xae\xc3\xa9.c: cannot be opened\n");
}

static void wake_up(int number)
{
    (void)number;
}

/* The kernel stops in the middle of many random bytes when a signal comes. */
static void test_say__random_bytes_are_all_there(void **state)
{
    (void)state;
    enum { BYTES = 4 << 20 };
    static const unsigned char zeros[64];
    unsigned char *bytes = calloc(1, BYTES);
    const struct sigaction often = {.sa_handler = wake_up};
    const struct itimerval period = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &often, NULL);
    setitimer(ITIMER_REAL, &period, NULL);
    must_random(bytes, BYTES);
    setitimer(ITIMER_REAL, &never, NULL);
    for (size_t i = 0; i < BYTES; i += sizeof zeros)
        assert_memory_not_equal(bytes + i, zeros, sizeof zeros);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_say__plain_text_has_a_margin),
        cmocka_unit_test(test_say__controls_are_shown),
        cmocka_unit_test(test_say__only_utf8_passes),
        cmocka_unit_test(test_say__our_own_voice_quotes_names_as_safely),
        cmocka_unit_test(test_say__a_name_is_one_line),
        cmocka_unit_test(test_say__random_bytes_never_reach_the_terminal),
        cmocka_unit_test(test_say__random_bytes_are_all_there),
    };
    return cmocka_run_group_tests_name("say", tests, NULL, NULL);
}
