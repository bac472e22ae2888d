/*
 * timed.h - the timed run: how fast is this allocator beside the reference?
 *
 * Two allocators, the student's and the reference's, take turns on one core: a pass of one
 * over the trace, a pass of the other, in random order, round after round (pass.h). Only
 * one of the two has a process at a time. Some rounds make a heat, which gives one ratio of
 * speeds (estimate.h). A student's pass that takes long is an average by itself, and dear: it
 * makes a heat with as many passes of the reference as there are in any other.
 *
 * A timed run can be interrupted: timed_sit() makes the places, timed_round() plays,
 * timed_leave() clears the table, and the heats of all visits count together. A heat that
 * was left unfinished counts only if there is no other.
 */
#ifndef TIMED_H
#define TIMED_H

#include "checked.h"
#include "estimate.h"
#include "finding.h"
#include "pass.h"

/*
 * Seconds. A longer pass of the student's is a heat. (Measured with the implicit list of stage
 * 1, 8 traces, 10 heats: the ratio's standard deviation is 1 to 3 % with four such passes in a
 * heat, 1 to 5 % with one, and most of it is the reference's, whose four passes stay.)
 */
#define TIMED_LONG 20e-3

/* Seconds. So long a student's pass may always be, however short the time is. */
#define TIMED_LEAST 8e-3

struct timed_options {
    const struct process_rules *rules;
    const char *program;   /* the student's runner */
    const char *reference; /* the reference's */
    const char *name;      /* of the trace, for findings */
    const struct trace *trace;
    const struct checked_result *checked; /* of a valid checked run of `program` on it */
    uint32_t window;                      /* operations in a window, at most CHANNEL_WINDOW */
    uint32_t stretch;      /* of the student's in an order, at most; 0: as in a window */
    double scale;          /* the reference program's speed to the real reference's, else 1 */
    double hopeless_ratio; /* below this ratio speed earns nothing: stop measuring */
};

struct timed_result {
    bool failed;   /* a finding was added: there is no result */
    bool hopeless; /* stopped early: `ratio` is an upper bound */
    size_t rounds; /* passes of the student's */
    size_t heats;  /* made of them */
    bool reckoned; /* cut, and the rest taken from the checked run: heats is 0 */
    struct estimate estimate;
    double ns, reference_ns;      /* per operation, median */
    uint64_t reference_peak_heap; /* bytes, as in grade.h: the reference's */
    uint64_t reference_peak_payload;
    uint64_t private_pages; /* the student's beyond the reference's */
    uint64_t residue;       /* bytes outside the heap that changed, the student's: checked.h */
    bool refused_more;      /* than the reference: NULL where there was memory */
};

struct timed {
    struct timed_options options;
    struct timed_result result;
    struct process_rules rules; /* a window may take as long as a hopeless pass */
    struct windows windows;
    struct pass_game game;
    struct pass_side student, reference;
    int busy_rounds;                                      /* in a row, until now */
    struct estimate_times student_times, reference_times; /* of the present heat */
    struct estimate_heat *heats;                          /* finished ones, and one more */
    double reference_seconds; /* running time of a whole pass of the reference's, */
    double cold_seconds;      /* and of one on pages that did not exist */
    double patience;          /* seconds for a student's pass */
};

/* Prepares; timed_close() releases. Findings go to `findings`. */
void timed_open(struct timed *timed, const struct timed_options *options,
                struct findings *findings);
void timed_close(struct timed *timed);

/*
 * Takes place at the table for about so many seconds, and leaves it. The calling process should
 * be pinned to one core. A pass of the student's that would take too much of them is cut, and
 * the rest of it is reckoned from the checked run: an estimate of one round. INFINITY: none is,
 * and the results are measured. Ends the referee (exit 2) when the reference itself fails: that
 * is our fault.
 */
void timed_sit(struct timed *timed, double seconds);
void timed_leave(struct timed *timed);

/* One more round; timed->result is what is known then. Returns whether more make sense. */
bool timed_round(struct timed *timed);

#endif
