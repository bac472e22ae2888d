/* contest.h - the timed part of a grade: who enters the race (race.h), and what it shows. */
#ifndef CONTEST_H
#define CONTEST_H

#include "job.h"

/* Is this trace timed? Those that are scored and valid are. */
bool contest_admits(const struct grade_trace *trace);

/* Times all traces beside the reference, and counts instructions where the grade wants them. */
void contest_run(struct job *job);

#endif
