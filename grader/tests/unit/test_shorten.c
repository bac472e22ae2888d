/*
 * test_shorten.c - promised: the short trace shows the same finding, is written as a trace that
 * says where it comes from, and what cannot be shrunk is refused in one sentence.
 *
 * The checked run is ours here, of an allocator whose faults are known.
 */
#include "dies.h"

#include "checked.h"
#include "shorten.h"

/* What our allocator does, and how often it was asked. */
static struct {
    bool right, slow, moody, explained;
    size_t runs;
} allocator;

/* It warns of every trace, is slow when told to, and fails at a request of 300 bytes. */
void checked_run(const struct process_rules *rules, const struct checked_options *options,
                 const struct trace *trace, struct checked_result *result,
                 struct findings *findings)
{
    (void)rules;
    *result = (struct checked_result){.performed = trace->count};
    allocator.runs++;
    allocator.explained = options->explain;
    if (allocator.right || (allocator.moody && allocator.runs > 1))
        return;
    findings_add(findings, FINDING_STATIC_DATA, options->name, 0, "a warning comes first");
    if (allocator.slow) {
        result->slow_in_all = true;
        findings_add(findings, FINDING_TIMEOUT, options->name, 0, "all were too slow");
        return;
    }
    for (size_t i = 0; i < trace->count; i++)
        if (operation_bytes(&trace->operations[i]) >= 300) {
            result->performed = i; /* it was begun */
            findings_add(findings, FINDING_CRASH, options->name, trace->operations[i].line,
                         "it crashed\nand this is a detail");
            return;
        }
}

static const struct process_rules rules = {.order_seconds = 0.5, .total_seconds = 10};
static char out[64];
static const struct shorten_options options = {.name = "mix-a", .out = out, .alignment = 16};

/* Many small blocks, and two of 400 bytes among them. */
static struct trace a_trace(void)
{
    enum { BLOCKS = 40 };
    struct trace trace = {.ids = BLOCKS, .count = BLOCKS};
    trace.operations = calloc(BLOCKS, sizeof *trace.operations);
    for (uint32_t i = 0; i < BLOCKS; i++)
        trace.operations[i] = (struct operation){.kind = OP_MALLOC,
                                                 .id = i,
                                                 .count = 1,
                                                 .line = i + 5,
                                                 .size = i == 20 || i == 30 ? 400 : i};
    return trace;
}

static int setup(void **state)
{
    (void)state;
    memset(&allocator, 0, sizeof allocator);
    strcpy(out, "/tmp/test-shorten-XXXXXX");
    int fd = mkstemp(out);
    return fd < 0 ? 1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(out);
}

static void shorten_it(void *findings)
{
    struct trace trace = a_trace();
    shorten(&rules, &options, &trace, findings);
    trace_free(&trace);
}

static void shorten_and_say(void *findings)
{
    shorten_it(findings);
    fflush(stdout);
    findings_clear(findings);
    _exit(0);
}

static void test_shorten__what_remains_is_in_the_file(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct trace written;
    struct trace_error error;
    assert_ends(shorten_and_say, &findings, 0, "mix-a: CRASH in 1 operation instead of 40");
    assert_true(trace_read(out, &written, &error));
    assert_int_equal(written.count, 1);
    assert_int_equal(written.ids, 1);
    assert_int_equal(written.operations[0].size, 300); /* the smallest that still fails */
    trace_free(&written);
}

static void test_shorten__the_file_says_where_it_comes_from(void **state)
{
    (void)state;
    char text[1024];
    struct findings findings = {0};
    assert_ends(shorten_and_say, &findings, 0, out);
    FILE *in = fopen(out, "r");
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    assert_non_null(strstr(text, "# CRASH in 1 operations, shrunk from the 40 of mix-a.\n"));
    assert_non_null(strstr(text, "# it crashed\n"));
    assert_null(strstr(text, "detail"));
    assert_non_null(strstr(text, "# line 25 of mix-a: malloc(300), block 0\n"));
}

/* Findings are those of the file as it was read again: its own lines, with the culprit. */
static void test_shorten__the_last_run_is_of_the_file(void **state)
{
    (void)state;
    struct findings findings = {0};
    FILE *console = fdopen(dup(STDOUT_FILENO), "w");
    assert_non_null(freopen("/dev/null", "w", stdout));
    shorten_it(&findings);
    fflush(stdout);
    dup2(fileno(console), STDOUT_FILENO);
    fclose(console);
    assert_true(allocator.explained);
    assert_int_equal(findings.count, 2);
    assert_int_equal(findings.items[1].code, FINDING_CRASH);
    assert_true(findings.items[1].line < 10);
    findings_clear(&findings);
}

static void test_shorten__what_cannot_be_shrunk(void **state)
{
    (void)state;
    struct findings findings = {0};
    allocator.right = true;
    assert_dies(shorten_it, &findings, "mix-a: this submission has no finding on it");
    allocator.right = false;
    allocator.slow = true;
    assert_dies(shorten_it, &findings, "mix-a: no call hangs, but all of them together");
    allocator.slow = false;
    allocator.moody = true;
    assert_dies(shorten_it, &findings, "mix-a: its finding does not come every time");
}

static void test_shorten__a_file_that_cannot_be_written(void **state)
{
    (void)state;
    struct findings findings = {0};
    char right[64];
    strcpy(right, out);
    strcpy(out, "/nowhere/short.rep");
    assert_dies(shorten_it, &findings, "/nowhere/short.rep: cannot be written");
    strcpy(out, right);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_shorten__##name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_remains_is_in_the_file),   TEST(the_file_says_where_it_comes_from),
        TEST(the_last_run_is_of_the_file),   TEST(what_cannot_be_shrunk),
        TEST(a_file_that_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
