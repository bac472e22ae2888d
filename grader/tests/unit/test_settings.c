/*
 * test_settings.c - promised: each word of the command line lands where it belongs, and what
 * cannot be meant is refused in one sentence.
 */
#include "dies.h"

#include "channel.h"
#include "settings.h"
#include <getopt.h>
#include <string.h>

#define MOST "--kit", ".", "--engine", "grader", "--submission", "mm.c", "--policy", "p"

enum { WORDS = 32 };

/* The words after the program's name; NULL ends them. The settings point to them. */
static void read_words(struct settings *settings, const char *const *words)
{
    static char *argv[WORDS + 2];
    int argc = 1;
    argv[0] = "mdriver";
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
    argv[argc] = NULL;
    optind = 0; /* getopt begins anew */
    settings_read(settings, argc, argv);
}

static void read_in_vain(void *words)
{
    struct settings settings;
    read_words(&settings, words);
}

#define REFUSED(words, ...)                                                                    \
    assert_dies(read_in_vain, (const char *[WORDS]){__VA_ARGS__, NULL}, words)

static void release(struct settings *settings)
{
    free(settings->kit);
    free(settings->engine);
}

static void test_settings__what_is_not_said_has_a_value(void **state)
{
    (void)state;
    struct settings s;
    read_words(&s, (const char *[]){MOST, "a.rep", NULL});
    assert_string_equal(s.submission, "mm.c");
    assert_string_equal(s.policy, "p");
    assert_int_equal(s.kit[0], '/'); /* absolute: the compiler runs elsewhere */
    assert_non_null(strstr(s.engine, "/grader"));
    assert_string_equal(s.profile->name, "modern");
    assert_int_equal(s.profile->alignment, 16);
    assert_string_equal(s.compiler, "cc");
    assert_int_equal(s.sandbox, SANDBOX_NAMESPACES);
    assert_int_equal(s.seed, 1);
    assert_false(s.runner || s.checkheap || s.official || s.fuzz || s.checker);
    assert_null(s.metric);
    assert_null(s.record);
    assert_string_equal(s.traces[0], "a.rep");
    assert_null(s.traces[1]);
    release(&s);
}

static void test_settings__what_is_said_is_taken(void **state)
{
    (void)state;
    struct settings s;
    read_words(&s, (const char *[]){MOST, "--profile", "classic", "--official", "--json",
                                    "out.json", "--metric", "instructions", "--window", "64",
                                    "--cc", "clang", "--seed", "7", "--confine=user", "--fuzz",
                                    "b.rep", "a.rep", NULL});
    assert_string_equal(s.profile->name, "classic");
    assert_true(s.profile->classic);
    assert_true(s.profile->heap_start + s.profile->heap_room < (uint64_t)1 << 31);
    assert_true(s.official && s.fuzz);
    assert_string_equal(s.record, "out.json");
    assert_string_equal(s.metric, "instructions");
    assert_int_equal(s.window, 64);
    assert_string_equal(s.compiler, "clang");
    assert_int_equal(s.seed, 7);
    assert_int_equal(s.sandbox, SANDBOX_USER);
    assert_string_equal(s.traces[0], "b.rep"); /* in the order given */
    assert_string_equal(s.traces[1], "a.rep");
    release(&s);
}

static void test_settings__each_option_has_a_field_of_its_own(void **state)
{
    (void)state;
    struct settings s;
    read_words(&s,
               (const char *[]){MOST, "--flags", "-O3", "--link", "-s", "--emulator", "qemu",
                                "--events", "e", "--history", "h", "--shrink", "s", "--confine",
                                "none", "--checkheap", "--checker", "a", NULL});
    assert_string_equal(s.flags, "-O3");
    assert_string_equal(s.link, "-s");
    assert_string_equal(s.emulator, "qemu");
    assert_string_equal(s.events, "e");
    assert_string_equal(s.history, "h");
    assert_string_equal(s.shrink, "s");
    assert_int_equal(s.sandbox, SANDBOX_NONE);
    assert_true(s.checkheap && s.checker);
    assert_false(s.official || s.fuzz || s.runner);
    release(&s);
}

static void test_settings__mistakes_are_named(void **state)
{
    (void)state;
    REFUSED("something is missing", MOST);
    REFUSED("something is missing", "--kit", ".", "a.rep");
    REFUSED("PROFILE is modern or classic, not 'mordern'", MOST, "--profile", "mordern", "a");
    REFUSED("METRIC is time or instructions, not 'cycles'", MOST, "--metric", "cycles", "a");
    REFUSED("--confine is all, user or none, not 'root'", MOST, "--confine", "root", "a");
    REFUSED("nowhere: the built kit cannot be found", "--kit", "nowhere");
    REFUSED("nowhere: the engine's folder cannot be found", "--engine", "nowhere");
    REFUSED("usage: mdriver", MOST, "--colour", "a.rep");
    assert_ends(read_in_vain, (const char *[WORDS]){"--help", NULL}, 0, "usage: mdriver");
}

static void test_settings__numbers_are_numbers(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "x", "1x", "-1", "18446744073709551616"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        REFUSED("SEED is a number", MOST, "--seed", wrong[i], "a");
        REFUSED("DAMAGES is a number", MOST, "--damages", wrong[i], "a");
    }
    static const char *const windows[] = {"63", "", "64x", "-1", "99999999999"};
    for (size_t i = 0; i < COUNT(windows); i++)
        REFUSED("--window is a number", MOST, "--window", windows[i], "a");
    struct settings s;
    read_words(&s, (const char *[]){MOST, "--seed", "18446744073709551615", "a", NULL});
    assert_true(s.seed == UINT64_MAX);
    release(&s);
}

static void test_settings__what_cannot_go_together(void **state)
{
    (void)state;
    REFUSED("--runner is never official", MOST, "--runner", "r", "--official", "a");
    REFUSED("not qemu: an emulator", MOST, "--emulator", "qemu", "--official", "a");
    REFUSED("CHECKHEAP=1 is for PROFILE=modern", MOST, "--profile", "classic", "--checkheap",
            "a");
    REFUSED("make checker is for PROFILE=modern", MOST, "--profile", "classic", "--checker",
            "a");
    REFUSED("one trace at a time", MOST, "--events", "e", "a", "b");
    REFUSED("one trace is shrunk at a time", MOST, "--shrink", "s", "a", "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings__what_is_not_said_has_a_value),
        cmocka_unit_test(test_settings__what_is_said_is_taken),
        cmocka_unit_test(test_settings__each_option_has_a_field_of_its_own),
        cmocka_unit_test(test_settings__mistakes_are_named),
        cmocka_unit_test(test_settings__numbers_are_numbers),
        cmocka_unit_test(test_settings__what_cannot_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
