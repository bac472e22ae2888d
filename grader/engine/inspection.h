/*
 * inspection.h - one thing is looked at, instead of a grade: the heap's history on a trace,
 * the shortest trace that still fails, or the heap checker.
 */
#ifndef INSPECTION_H
#define INSPECTION_H

#include "job.h"

/*
 * Does the one that the settings ask for, if the submission was built, and reports. Returns how
 * many findings there are. Ends the program (exit 2) for more than one trace, where one is
 * looked at.
 */
size_t inspection_run(struct job *job);

#endif
