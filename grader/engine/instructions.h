/*
 * instructions.h - the other metric: instructions, counted (steps.h) beside the reference's and
 * compared with the time.
 */
#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

#include "job.h"

/*
 * Counts for each timed trace, and adds a finding where the two metrics disagree. Only for
 * official grades and for those by instructions. `reference` is the reference's program.
 */
void instructions_count(struct job *job, const char *reference);

/* Speed by instructions, as a ratio to the reference's; NAN where they were not counted. */
double instructions_ratio(const struct grade_trace *trace);

#endif
