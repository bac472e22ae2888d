/*
 * race.h - all timed runs of a grade: which trace when, and when enough is known.
 *
 * A student's own run is quick: a fixed time, an interval, and the word "estimate". An
 * official one goes on until the total of points is known to within RACE_GOAL, or the
 * policy's time is over; then it is inconclusive, and says so. Either way a trace is played
 * no longer once its points do not depend on its speed any more, and time is spent where a
 * round takes most of the doubt away.
 */
#ifndef RACE_H
#define RACE_H

#include "policy.h"
#include "timed.h"

/* An official grade knows the points to within so many. */
#define RACE_GOAL 0.5

struct grade_trace;

struct race_entry {
    struct timed_options timed; /* filled in by the caller */
    struct findings *findings;
    double share;  /* points that the speed on this trace is worth */
    bool compared; /* worth a heat whatever its points: with its other face, or a count */
    struct grade_trace *record; /* the caller's own; the race does not look at it */
    struct timed_result result; /* filled in by race_run() */
};

struct race {
    const struct policy *policy;
    bool official;
    struct race_entry *entries;
    size_t count;
};

struct race_result {
    double seconds; /* spent */
    double half;    /* points: the interval of the total is this much up and down */
    bool known;     /* official: within the goal */
};

/* Pins the caller to a core, times all entries, and releases it. */
void race_run(struct race *race, struct race_result *result);

#endif
