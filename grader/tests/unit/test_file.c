/*
 * test_file.c - promised: a regular file is read whole, any bytes, with a NUL behind; what is
 * missing, too large, no regular file or not readable is refused in a sentence; where a
 * stranger put the file, no link is followed; all that is to be written is written.
 */
#include "dies.h"
#include "unit.h"

#include "file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test-file-XXXXXX";

static int enter_folder(void **state)
{
    (void)state;
    return !mkdtemp(folder) || chdir(folder) != 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"bytes", "link", "pipe", "empty"};
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(names[i]);
    return chdir("/") != 0 || rmdir(folder) != 0;
}

static void make(const char *name, const char *text, size_t bytes)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0 && file_write(fd, text, bytes));
    close(fd);
}

static void assert_refused(char *text, const char *why)
{
    assert_null(text);
    assert_true(strlen(why) > 4);
}

static void test_file__any_bytes_come_back(void **state)
{
    (void)state;
    static const char written[] = "one\0two\nthree\xff";
    char why[160];
    size_t bytes = 0;
    make("bytes", written, sizeof written - 1);
    char *text = file_read("bytes", 100, &bytes, why, sizeof why);
    assert_non_null(text);
    assert_int_equal(bytes, sizeof written - 1);
    assert_memory_equal(text, written, sizeof written); /* with the NUL behind */
    free(text);
}

static void test_file__an_empty_file_is_a_file(void **state)
{
    (void)state;
    char why[160];
    size_t bytes = 1;
    make("empty", "", 0);
    char *text = file_read("empty", 0, &bytes, why, sizeof why);
    assert_non_null(text);
    assert_true(bytes == 0 && text[0] == '\0');
    free(text);
}

static void test_file__the_limit_is_a_limit(void **state)
{
    (void)state;
    char why[160] = "";
    size_t bytes;
    make("bytes", "12345678", 8);
    char *text = file_read("bytes", 8, &bytes, why, sizeof why);
    assert_non_null(text);
    free(text);
    assert_refused(file_read("bytes", 7, &bytes, why, sizeof why), why);
}

/* What a disk gives before it fails is no file. (Nothing is mapped where this one begins.) */
static void test_file__half_a_file_is_none(void **state)
{
    (void)state;
    char why[160] = "";
    size_t bytes;
    assert_refused(file_read("/proc/self/mem", 100, &bytes, why, sizeof why), why);
    assert_non_null(strstr(why, strerror(EIO)));
}

/* A pipe must not make us wait for a writer. */
static void test_file__what_is_no_file_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"none", ".", "pipe", "/dev/zero", ""};
    mkfifo("pipe", 0600);
    for (size_t i = 0; i < COUNT(names); i++) {
        char why[160] = "";
        size_t bytes;
        assert_refused(file_read(names[i], 100, &bytes, why, sizeof why), why);
    }
}

static void test_file__a_strangers_link_is_not_followed(void **state)
{
    (void)state;
    char why[160] = "";
    size_t bytes;
    make("bytes", "secret", 6);
    assert_int_equal(symlink("bytes", "link"), 0);
    char *text = file_read("link", 100, &bytes, why, sizeof why);
    assert_non_null(text);
    free(text);
    assert_refused(file_read_itself("link", 100, &bytes, why, sizeof why), why);
    text = file_read_itself("bytes", 100, &bytes, why, sizeof why);
    assert_non_null(text);
    free(text);
}

static void create(void *path)
{
    FILE *out = file_create(path);
    fputs("text", out);
    file_finish(out, path);
}

static void test_file__a_new_file_is_whole_or_the_program_ends(void **state)
{
    (void)state;
    char bytes[] = "bytes", why[160], *text;
    size_t length;
    make(bytes, "longer than that", 16);
    create(bytes);
    text = file_read(bytes, 100, &length, why, sizeof why);
    assert_string_equal(text, "text");
    free(text);
    assert_dies(create, (void *)(uintptr_t) "/none/file", "/none/file: cannot be written: ");
    assert_dies(create, (void *)(uintptr_t) "/dev/full",
                "/dev/full: could not be written in full");
}

static void test_file__a_write_that_fails_is_told(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY);
    assert_false(file_write(full, "x", 1));
    assert_int_equal(errno, ENOSPC);
    close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file__any_bytes_come_back),
        cmocka_unit_test(test_file__an_empty_file_is_a_file),
        cmocka_unit_test(test_file__the_limit_is_a_limit),
        cmocka_unit_test(test_file__half_a_file_is_none),
        cmocka_unit_test(test_file__what_is_no_file_is_refused),
        cmocka_unit_test(test_file__a_strangers_link_is_not_followed),
        cmocka_unit_test(test_file__a_new_file_is_whole_or_the_program_ends),
        cmocka_unit_test(test_file__a_write_that_fails_is_told),
    };
    return cmocka_run_group_tests_name("file", tests, enter_folder, remove_folder);
}
