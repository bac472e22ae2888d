/*
 * timed.h - the timed run: how fast is this allocator beside the reference?
 *
 * Two runners, the student's and the reference's, take turns on one core: a pass of one
 * over the trace, a pass of the other, in random order, round after round. The machine's
 * speed drifts by a third in seconds, but it drifts for both, so only ratios within a round
 * are used, and their median is the result (estimate.h).
 *
 * A pass goes through the trace in windows of operations. The referee stands still while
 * the runner works, measures from outside, and takes off what an empty window costs. The
 * first operations of a window are not timed: they warm up the caches again. Between
 * windows, untimed too, the referee uses the payloads as a program would (usage.h), and
 * compares each pointer with that of the checked run: an allocator that behaves differently
 * when it is timed is not deterministic, and invalid.
 */
#ifndef TIMED_H
#define TIMED_H

#include "checked.h"
#include "finding.h"
#include "process.h"
#include "trace.h"

struct timed_options {
    const char *program;   /* the student's runner */
    const char *reference; /* the reference's */
    const char *name;      /* of the trace, for findings */
    double hopeless_ratio; /* below this ratio speed earns nothing: stop measuring */
    double seconds;        /* time to spend on this trace, or a little more */
    double needs; /* below this part of the reference's utilization speed earns nothing */
};

struct timed_result {
    bool measured;                /* false: a finding was added instead */
    bool hopeless;                /* stopped early: `ratio` is an upper bound */
    unsigned rounds;              /* pairs of passes */
    double ratio;                 /* student's speed / reference's speed, median */
    double log_error;             /* standard error of ln(ratio) */
    double ns;                    /* per operation, median: the student's */
    double reference_ns;          /* and the reference's */
    uint64_t reference_peak_heap; /* bytes, as in grade.h: the reference's */
    uint64_t reference_peak_payload;
    uint64_t private_pages; /* the student's beyond the reference's, at the end */
    bool refused_more;      /* than the reference: NULL where there was memory */
};

/*
 * Measures. `checked` is the outcome of a valid checked run of `program` on this trace.
 * The calling process should be pinned to one core. Ends the referee (exit 2) when the
 * reference itself fails: that is our fault, not the student's.
 */
void timed_run(const struct process_rules *rules, const struct timed_options *options,
               const struct trace *trace, const struct checked_result *checked,
               struct timed_result *result, struct findings *findings);

#endif
