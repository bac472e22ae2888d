/* charge.h - memory that a submission keeps outside the heap, and what it costs: it is heap. */
#ifndef CHARGE_H
#define CHARGE_H

#include "job.h"
#include "timed.h"

/*
 * Bytes that the submission keeps outside the heap, besides its static data, which counts by
 * the byte already. The pages on which that lies are not charged again, but neither do they
 * excuse others: what counts is the larger of the two. A page more is free where the data
 * of runner and submission have just grown into a new one.
 */
uint64_t charge_bytes_outside(const struct job *job, const struct checked_result *result);

/* The same of a timed run, where all static data is touched. */
uint64_t charge_timed_outside(const struct job *job, const struct timed_result *timed);

/* State outside the heap is heap: it is added to the peak, and said. Not for --runner. */
void charge_state(const struct job *job, struct grade_trace *record, uint64_t bytes);

/* Utilization, from the peaks as they were charged; none where the trace is not valid. */
void charge_utilization(struct grade_trace *record);

#endif
