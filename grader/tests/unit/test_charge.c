/*
 * test_charge.c - promised: memory outside the heap costs what is beyond what every runner has,
 * and beyond the static data that is charged already; the larger of pages and changed bytes
 * counts; under an emulator nothing is charged; what is charged is heap, and is said.
 */
#include "unit.h"

#include "charge.h"
#include "mm.h"
#include <string.h>
#include <unistd.h>

enum { BASELINE = 20 };

static struct job plain_job(void)
{
    return (struct job){.baseline.private_pages = BASELINE,
                        .empty_image_pages = 3,
                        .submission.image_pages = 3};
}

static uint64_t page(void)
{
    return (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t outside(const struct job *job, uint64_t pages, uint64_t residue)
{
    const struct checked_result result = {.private_pages = pages, .residue = residue};
    return charge_bytes_outside(job, &result);
}

static void test_charge__what_every_runner_has_is_free(void **state)
{
    (void)state;
    struct job job = plain_job();
    assert_true(outside(&job, BASELINE, 0) == 0);
    assert_true(outside(&job, BASELINE - 5, MM_STATIC_FREE) == 0);
    assert_true(outside(&job, BASELINE + 2, 0) == 2 * page());
}

static void test_charge__a_page_more_is_free_where_data_grew_into_it(void **state)
{
    (void)state;
    struct job job = plain_job();
    job.submission.image_pages = 4;
    assert_true(outside(&job, BASELINE + 1, 0) == 0);
    assert_true(outside(&job, BASELINE + 2, 0) == page());
    job.submission.image_pages = 40; /* the rest of them is charged as static data */
    assert_true(outside(&job, BASELINE + 2, 0) == page());
}

static void test_charge__the_larger_of_pages_and_bytes_counts(void **state)
{
    (void)state;
    struct job job = plain_job();
    assert_true(outside(&job, BASELINE, 2 * page()) == 2 * page());
    assert_true(outside(&job, BASELINE + 5, 2 * page()) == 5 * page());
    assert_true(outside(&job, BASELINE + 1, 4 * page()) == 4 * page());
}

static void test_charge__static_data_is_not_charged_twice(void **state)
{
    (void)state;
    struct job job = plain_job();
    job.submission.static_bytes = MM_STATIC_FREE + 3 * page();
    assert_true(outside(&job, BASELINE + 3, 0) == 0);
    assert_true(outside(&job, BASELINE + 5, 0) == 2 * page());
}

static void test_charge__static_data_excuses_its_pages_in_a_timed_run(void **state)
{
    (void)state;
    struct job job = plain_job();
    job.submission.static_bytes = MM_STATIC_FREE + 3 * page();
    const struct timed_result timed = {.private_pages = 6}; /* it may lie on four */
    assert_true(charge_timed_outside(&job, &timed) == page());
}

static void test_charge__what_changes_in_a_timed_run_counts_as_well(void **state)
{
    (void)state;
    struct job job = plain_job();
    struct timed_result timed = {.residue = 2 * page()};
    assert_true(charge_timed_outside(&job, &timed) == 2 * page());
    timed.private_pages = 5;
    assert_true(charge_timed_outside(&job, &timed) == 5 * page());
    job.submission.image_pages = 4; /* data grew into one of them */
    assert_true(charge_timed_outside(&job, &timed) == 4 * page());
}

static void test_charge__nothing_under_an_emulator(void **state)
{
    (void)state;
    struct job job = plain_job();
    const struct timed_result timed = {.private_pages = 1000};
    assert_true(charge_timed_outside(&job, &timed) == 1000 * page());
    job.settings.emulator = "qemu";
    assert_true(outside(&job, BASELINE + 1000, 1000 * page()) == 0);
    assert_true(charge_timed_outside(&job, &timed) == 0);
}

static void test_charge__it_is_heap_and_is_said(void **state)
{
    (void)state;
    struct job job = plain_job();
    struct grade_trace record = {.name = "mix-a",
                                 .valid = true,
                                 .peak_payload = 300,
                                 .peak_heap = 400,
                                 .utilization = -1};
    charge_state(&job, &record, 0);
    assert_int_equal(record.findings.count, 0);
    charge_state(&job, &record, 200);
    charge_utilization(&record);
    assert_near(record.utilization, 0.5);
    assert_int_equal(record.findings.count, 1);
    assert_int_equal(record.findings.items[0].code, FINDING_PRIVATE_STATE);
    assert_non_null(strstr(record.findings.items[0].message, "200 bytes"));
    findings_clear(&record.findings);
}

static void test_charge__no_utilization_of_what_is_not_valid(void **state)
{
    (void)state;
    struct grade_trace record = {.peak_payload = 300, .peak_heap = 400, .utilization = NAN};
    charge_utilization(&record);
    assert_true(isnan(record.utilization));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charge__what_every_runner_has_is_free),
        cmocka_unit_test(test_charge__a_page_more_is_free_where_data_grew_into_it),
        cmocka_unit_test(test_charge__the_larger_of_pages_and_bytes_counts),
        cmocka_unit_test(test_charge__static_data_is_not_charged_twice),
        cmocka_unit_test(test_charge__static_data_excuses_its_pages_in_a_timed_run),
        cmocka_unit_test(test_charge__what_changes_in_a_timed_run_counts_as_well),
        cmocka_unit_test(test_charge__nothing_under_an_emulator),
        cmocka_unit_test(test_charge__it_is_heap_and_is_said),
        cmocka_unit_test(test_charge__no_utilization_of_what_is_not_valid),
    };
    return cmocka_run_group_tests_name("charge", tests, NULL, NULL);
}
