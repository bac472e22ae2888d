/*
 * history.h - what earlier grades of a submission were, in a text file beside it.
 *
 * A run is a line of tab-separated fields and a line for each trace; "-" is not known:
 *
 *     run    time  file  profile  policy's hash  total  max
 *            correctness  utilization  throughput
 *     trace  name  valid (1 or 0)  utilization  ratio  error of ln(ratio)
 *
 * `time` is seconds since 1970. The last HISTORY_RUNS runs are kept. The file belongs to
 * the student, who may delete it at any time; what cannot be read in it is left out.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "grade.h"
#include <stdio.h>

#define HISTORY_RUNS 100

/*
 * Says on `out` what has changed since the last run in file `path` of the same submission,
 * profile and policy, on the traces that it had as well: what became valid or no longer is,
 * utilization by a point or more, speed by a twentieth or more, if that is more than noise.
 * Then adds this grade. A file that cannot be written is noted and otherwise ignored: a grade
 * does not fail for it.
 */
void history_update(const char *path, const struct grade *grade, FILE *out);

#endif
