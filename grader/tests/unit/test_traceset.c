/*
 * test_traceset.c - promised: files and folders give traces in one order everywhere, with a
 * name and a category; what is no trace is passed over in folders.
 */
#include "dies.h"
#include "files.h"

#include "say.h"
#include "traceset.h"
#include <sys/stat.h>

static char folder[64];

static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    write_file(path, text);
}

static void release(struct traceset *set)
{
    for (size_t i = 0; i < set->count; i++) {
        free(set->entries[i].path);
        free(set->entries[i].name);
        free(set->entries[i].category);
        trace_free(&set->entries[i].trace);
    }
    free(set->entries);
}

static const char *const names[] = {"b-two.rep", "B-one.rep",   "a.rep",      "inner/c-x-y.rep",
                                    "notes.txt", ".hidden.rep", "damaged.txt"};

static int setup(void **state)
{
    (void)state;
    char inner[128];
    strcpy(folder, "/tmp/test-traceset-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(inner, sizeof inner, "%s/inner", folder);
    mkdir(inner, 0700);
    for (size_t i = 0; i < COUNT(names); i++)
        put(names[i], "0\n1\n2\n1\na 0 8\nf 0\n");
    put("damaged.txt", "0\n1\n2\n1\na 0 8\nf 7\n");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char path[128];
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/inner", folder);
    return rmdir(path) | rmdir(folder);
}

static void test_traceset__a_folder_is_read_in_order(void **state)
{
    (void)state;
    static const char *const expected[][2] = {
        {"B-one", "B"}, {"a", "a"}, {"b-two", "b"}, {"c-x-y", "c"}};
    struct traceset set = {0};
    traceset_add(&set, folder);
    assert_int_equal(set.count, COUNT(expected));
    for (size_t i = 0; i < set.count; i++) {
        assert_string_equal(set.entries[i].name, expected[i][0]);
        assert_string_equal(set.entries[i].category, expected[i][1]);
        assert_int_equal(set.entries[i].trace.count, 2);
    }
    release(&set);
}

static void test_traceset__a_file_is_read_whatever_its_name(void **state)
{
    (void)state;
    char path[128];
    struct traceset set = {0};
    snprintf(path, sizeof path, "%s/notes.txt", folder);
    traceset_add(&set, path);
    assert_int_equal(set.count, 1);
    assert_string_equal(set.entries[0].name, "notes.txt");
    traceset_add(&set, folder);
    assert_int_equal(set.count, 5); /* what was there stays first */
    assert_string_equal(set.entries[0].name, "notes.txt");
    release(&set);
}

/* Adds `name`, a file or folder of ours. */
static void add(void *name)
{
    char path[128];
    struct traceset set = {0};
    snprintf(path, sizeof path, "%s/%s", folder, (const char *)name);
    traceset_add(&set, path);
}

static void test_traceset__what_cannot_be_graded_ends_the_program(void **state)
{
    (void)state;
    char path[128];
    assert_ends(add, "a.rep", CAME_BACK, "");
    assert_dies(add, "damaged.txt", "");
    assert_dies(add, "missing.rep", "");
    snprintf(path, sizeof path, "%s/inner/c-x-y.rep", folder);
    unlink(path);
    assert_dies(add, "inner", ""); /* a folder without a trace */
    put("inner/c-x-y.rep", "");
    assert_dies(add, "inner", ""); /* an empty one */
}

static void add_twice(void *context)
{
    (void)context;
    struct traceset set = {0};
    traceset_add(&set, folder);
    traceset_add(&set, folder);
}

static void test_traceset__two_of_one_name_are_refused(void **state)
{
    (void)state;
    assert_dies(add_twice, NULL, "has the same name");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_traceset__##name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_is_read_in_order),
        TEST(a_file_is_read_whatever_its_name),
        TEST(what_cannot_be_graded_ends_the_program),
        TEST(two_of_one_name_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
