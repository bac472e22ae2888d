/* marks.h - what was measured of each trace, as score.h wants it; and the means of it all. */
#ifndef MARKS_H
#define MARKS_H

#include "grade.h"

/* Sets the score, what each trace contributed to it, and the means. */
void marks_compute(struct grade *grade);

#endif
