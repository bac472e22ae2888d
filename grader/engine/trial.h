/* trial.h - the checked part of a grade: every trace, the mixes, the heap checker. */
#ifndef TRIAL_H
#define TRIAL_H

#include "job.h"

/* One checked run: what it shows goes to `result`, `record` and the record's findings. */
void trial_check(struct job *job, const struct trace *trace, struct checked_result *result,
                 struct grade_trace *record);

/* All traces, after the run of a program that keeps no state, with which they are compared. */
void trial_check_all(struct job *job);

/* The policy's random mixes, if it has any. */
void trial_check_mixes(struct job *job);

/* Damages heaps and asks the submission's mm_checkheap (checker.h). */
void trial_grade_checker(struct job *job);

#endif
