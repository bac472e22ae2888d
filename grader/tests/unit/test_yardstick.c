/*
 * test_yardstick.c - promised: the table that a policy names is read from the policy's folder,
 * and a trace that is not in it is of a category of its own.
 */
#include "dies.h"
#include "files.h"

#include "yardstick.h"

static char policy[64];

static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%.*s/%s", (int)(strrchr(policy, '/') - policy), policy, name);
    write_file(path, text);
}

static int setup(void **state)
{
    (void)state;
    strcpy(policy, "/tmp/test-yardstick-XXXXXX");
    if (!mkdtemp(policy))
        return 1;
    strcat(policy, "/p.policy");
    put("good.tsv", "modern\tmix-a\t1000\t1200\t1.5\t0\nclassic\tmix-c\t1000\t1100\t2\t0\n");
    put("damaged.tsv", "# a comment\nmodern mix-a\n");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %.*s", (int)(strrchr(policy, '/') - policy),
             policy);
    return system(command);
}

static struct job job_with(const char *table)
{
    struct job job = {.settings = {.policy = policy, .profile = settings_profile("modern")}};
    snprintf(job.grade.policy.published, sizeof job.grade.policy.published, "%s", table);
    return job;
}

static void test_yardstick__the_table_beside_the_policy(void **state)
{
    (void)state;
    struct job job = job_with("good.tsv");
    yardstick_read(&job);
    assert_true(job.grade.yardstick);
    assert_int_equal(yardstick_find(&job, "mix-a")->peak_heap, 1200);
    assert_null(yardstick_find(&job, "mix-c")); /* of another profile */
    assert_null(yardstick_find(&job, "mix-b"));
    published_free(&job.published);
}

static void test_yardstick__unknown_traces_are_set_apart(void **state)
{
    (void)state;
    const struct traceset_entry known = {.name = "mix-a", .category = "mix"};
    const struct traceset_entry unknown = {.name = "mix-b", .category = "mix"};
    const struct traceset_entry unscored = {.name = "debug-b", .category = "debug"};
    struct job job = job_with("good.tsv");
    strcpy(job.grade.policy.categories[0].name, "debug"); /* of weight 0 */
    job.grade.policy.category_count = 1;
    yardstick_read(&job);
    assert_string_equal(yardstick_category(&job, &known), "mix");
    assert_string_equal(yardstick_category(&job, &unknown), PUBLISHED_NOT);
    assert_string_equal(yardstick_category(&job, &unscored), "debug");
    published_free(&job.published);
}

static void test_yardstick__with_a_reference_every_trace_counts(void **state)
{
    (void)state;
    const struct traceset_entry unknown = {.name = "mix-b", .category = "mix"};
    struct job job = job_with("");
    yardstick_read(&job);
    assert_false(job.grade.yardstick);
    assert_null(yardstick_find(&job, "mix-b"));
    assert_string_equal(yardstick_category(&job, &unknown), "mix");
}

static void read_table(void *table)
{
    struct job job = job_with(table);
    yardstick_read(&job);
}

static void test_yardstick__a_table_that_is_not_right(void **state)
{
    (void)state;
    assert_dies(read_table, "missing.tsv", "missing.tsv: the table that ");
    assert_dies(read_table, "damaged.tsv", "damaged.tsv:2: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yardstick__the_table_beside_the_policy),
        cmocka_unit_test(test_yardstick__unknown_traces_are_set_apart),
        cmocka_unit_test(test_yardstick__with_a_reference_every_trace_counts),
        cmocka_unit_test(test_yardstick__a_table_that_is_not_right),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
