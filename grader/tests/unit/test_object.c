/*
 * test_object.c - promised: all writable static data of an object file is counted and
 * nothing else; a file of any bytes is read without harm.
 */
#include "unit.h"

#include "file.h"
#include "object.h"
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static int read_statics(void **state)
{
    static size_t bytes;
    char why[256];
    *state = file_read(UNIT_STATICS, (size_t)1 << 20, &bytes, why, sizeof why);
    return *state ? 0 : -1;
}

static int release(void **state)
{
    free(*state);
    return 0;
}

static size_t size_of(const char *file)
{
    Elf64_Ehdr header;
    memcpy(&header, file, sizeof header);
    return header.e_shoff + (size_t)header.e_shnum * header.e_shentsize;
}

static void test_object__each_sort_of_static_data(void **state)
{
    uint64_t bytes;
    assert_true(object_static_bytes(*state, size_of(*state), &bytes));
    uint64_t large = 0;
#if defined(__x86_64__) && !defined(__clang__)
    large = 900;
#endif
    assert_int_equal(bytes, 1000 + 2000 + 400 + 500 + 600 + 700 + 800 + large);
}

/* Beside itself all of its constants stay constants; beside no program none does. */
static void test_object__what_becomes_writable(void **state)
{
    size_t bytes = size_of(*state);
    assert_int_equal(object_joined_bytes(*state, bytes, *state, bytes), 0);
    assert_in_range(object_joined_bytes(*state, bytes, "", 0), 5000, 20000);
    assert_int_equal(object_joined_bytes("", 0, *state, bytes), 0);
}

/* Whatever sizes a file claims, their sum and that of a heap does not begin anew. */
static void test_object__a_sum_that_never_wraps(void **state)
{
    size_t bytes = size_of(*state);
    uint64_t sum;
    char *copy = malloc(bytes);
    memcpy(copy, *state, bytes);
    Elf64_Ehdr *header = (Elf64_Ehdr *)(void *)copy;
    Elf64_Shdr *sections = (Elf64_Shdr *)(void *)(copy + header->e_shoff);
    for (unsigned i = 0; i < header->e_shnum; i++)
        if (sections[i].sh_type == SHT_NOBITS)
            sections[i].sh_size = UINT64_MAX - 8192 * i;
    assert_true(object_static_bytes(copy, bytes, &sum));
    assert_true(sum >= (uint64_t)1 << 44 && sum <= (uint64_t)1 << 60);
    free(copy);
}

static void test_object__the_use_of_a_name_is_found(void **state)
{
    static const char *const used[] = {"never", "statics_used_elsewhere", NULL};
    static const char *const unused[] = {"never", "statics_user", "statics_used", NULL};
    struct object_use use;
    assert_true(object_find_use(*state, size_of(*state), used, &use));
    assert_string_equal(use.symbol, "statics_used_elsewhere");
    assert_memory_equal(use.section, ".text", 5);
    assert_false(object_find_use(*state, size_of(*state), unused, &use)); /* it is here */
    assert_false(object_has_interpreter(*state, size_of(*state)));
}

/* All questions at once, of a file that may hold anything. */
static void ask_all(const char *file, size_t bytes)
{
    static const char *const names[] = {"statics_used_elsewhere", "", NULL};
    uint64_t sum;
    struct object_use use;
    object_static_bytes(file, bytes, &sum);
    object_joined_bytes(file, bytes, file, bytes);
    if (object_find_use(file, bytes, names, &use)) {
        assert_non_null(memchr(use.symbol, 0, sizeof use.symbol));
        assert_non_null(memchr(use.section, 0, sizeof use.section));
    }
    object_has_interpreter(file, bytes);
}

int main(void);

/* This program itself: it knows where its main() and its first instruction are. */
static void test_object__where_a_function_lies(void **state)
{
    (void)state;
    char why[256];
    size_t bytes;
    uint64_t entry;
    struct object_span span, none;
    char *self = file_read("/proc/self/exe", (size_t)1 << 27, &bytes, why, sizeof why);
    assert_non_null(self);
    assert_true(object_entry(self, bytes, &entry));
    assert_true(object_find_function(self, bytes, "main", &span));
    assert_true((uintptr_t)main - span.from == getauxval(AT_ENTRY) - entry);
    assert_true(span.to > span.from);
    assert_false(object_find_function(self, bytes, "mai", &none));
    assert_false(object_find_function(self, bytes, "read_statics", &none)); /* not global */
    assert_false(object_entry(self, 60, &entry));
    assert_false(object_find_function(self, 60, "main", &none));
    free(self);
}

static void test_object__what_is_no_object(void **state)
{
    uint64_t sum;
    const char *file = *state;
    assert_false(object_static_bytes("", 0, &sum));
    assert_false(object_static_bytes("int main;", 9, &sum));
    for (size_t bytes = 0; bytes < size_of(file); bytes += 1 + bytes / 16)
        assert_false(object_static_bytes(file, bytes, &sum)); /* the end is missing */
}

static void test_object__damaged_ones_never_harm(void **state)
{
    const char *file = *state;
    uint64_t random = 10;
    size_t bytes = size_of(file);
    char *copy = malloc(bytes);
    for (int i = 0; i < 20000; i++) {
        memcpy(copy, file, bytes);
        for (uint64_t n = 1 + dice(&random, 6); n > 0; n--) /* the tables: start and end */
            copy[dice(&random, 2) ? dice(&random, 64) : bytes - 1 - dice(&random, 1024)] =
                (char)dice(&random, 256);
        ask_all(copy, bytes);
    }
    free(copy);
}

static void test_object__random_bytes_never_harm(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (int i = 0; i < 5000; i++) {
        size_t bytes = dice(&random, 400);
        char *file = malloc(bytes + 1);
        for (size_t k = 0; k < bytes; k++)
            file[k] = (char)dice(&random, 256);
        if (bytes >= 6)
            memcpy(file, ELFMAG "\2\1", 6);
        ask_all(file, bytes);
        free(file);
    }
}

int main(void)
{
    alarm(60); /* a size that lies must not keep us counting for years */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_object__each_sort_of_static_data),
        cmocka_unit_test(test_object__what_becomes_writable),
        cmocka_unit_test(test_object__a_sum_that_never_wraps),
        cmocka_unit_test(test_object__the_use_of_a_name_is_found),
        cmocka_unit_test(test_object__where_a_function_lies),
        cmocka_unit_test(test_object__what_is_no_object),
        cmocka_unit_test(test_object__damaged_ones_never_harm),
        cmocka_unit_test(test_object__random_bytes_never_harm),
    };
    return cmocka_run_group_tests_name("object", tests, read_statics, release);
}
