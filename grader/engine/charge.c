#include "charge.h"
#include "mm.h"
#include <unistd.h>

/*
 * What an honest call leaves behind in pages that a runner has anyway: its static data, the
 * runner's own variables, a line of output, frames on the stack. (Ours: 320 bytes at most.)
 */
enum { RESIDUE_FREE = MM_STATIC_FREE + 640 };

static uint64_t beyond(uint64_t bytes, uint64_t allowance)
{
    return bytes > allowance ? bytes - allowance : 0;
}

/* Bytes that changed in pages that a runner has anyway, as if they had pages of their own. */
static uint64_t filled_pages(uint64_t residue)
{
    return page_up(beyond(residue, RESIDUE_FREE), (uint64_t)sysconf(_SC_PAGESIZE));
}

/* A page more, where the data of runner and submission have just grown into a new one. */
static uint64_t grown_pages(const struct job *job)
{
    return job->submission.image_pages > job->empty_image_pages;
}

/* Pages that static data may fill at most. */
static uint64_t static_pages(const struct job *job)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), bytes = job->submission.static_bytes;
    return submission_excess(&job->submission) ? (bytes + 2 * page - 1) / page
                                               : grown_pages(job);
}

/* An emulator's own memory cannot be told from the program's: there nothing is charged. */
uint64_t charge_bytes_outside(const struct job *job, const struct checked_result *result)
{
    if (job->settings.emulator)
        return 0;
    uint64_t excess = submission_excess(&job->submission);
    uint64_t free_pages = job->baseline.private_pages + grown_pages(job);
    uint64_t pages = beyond(result->private_pages, free_pages);
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t filled = filled_pages(result->residue);
    return beyond(pages * page > filled ? pages * page : filled, excess);
}

uint64_t charge_timed_outside(const struct job *job, const struct timed_result *timed)
{
    if (job->settings.emulator)
        return 0;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t pages = beyond(timed->private_pages, static_pages(job)) * page;
    uint64_t filled = beyond(filled_pages(timed->residue), submission_excess(&job->submission));
    return pages > filled ? pages : filled;
}

void charge_state(const struct job *job, struct grade_trace *record, uint64_t bytes)
{
    if (bytes == 0 || job->settings.runner)
        return;
    record->peak_heap += bytes;
    findings_add(&record->findings, FINDING_PRIVATE_STATE, record->name, 0,
                 "%llu bytes of stack or other private memory were used beyond what a runner "
                 "needs; they count as heap",
                 (unsigned long long)bytes);
}

void charge_utilization(struct grade_trace *record)
{
    if (record->valid && record->peak_payload)
        record->utilization = (double)record->peak_payload / (double)record->peak_heap;
}
