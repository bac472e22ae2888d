/*
 * variation.h - private variations of an official grade's traces (vary.h): checked beside
 * them, and compared with them (overfit.h).
 */
#ifndef VARIATION_H
#define VARIATION_H

#include "job.h"

/* A private variation of a trace, and how it went. Official grades only. */
struct variation {
    bool made;
    char name[256];
    struct trace trace;
    struct checked_result checked;
    struct grade_trace record; /* what it would have earned */
};

/* Makes and checks a variation of each trace that will be timed. Official grades only. */
void variation_check_all(struct job *job);

/* Both faces were timed: compare those of all traces, and say who does well in public only. */
void variation_compare(struct job *job);

/* Then let the policy's choice score. */
void variation_choose(struct job *job, size_t i);

#endif
