/*
 * pass.h - one pass: a fresh runner goes through a whole trace, and its time is taken.
 *
 * Time is the runner's own processor time, read by the referee from the kernel's clock for
 * that process. It is read before each order, so that whatever the runner computes, after
 * its answer too, is charged to the order before; what others do on the same core is not.
 * The time that a hand-over alone takes is taken off.
 *
 * Every pass has a process of its own: nothing can be learned in one for the next. Its
 * pages are touched before the C library starts (entry.c), so that no page appears while
 * the clock runs. Between windows, untimed, the referee uses the payloads as a program would
 * (usage.h), and compares each pointer with that of the checked run: an allocator that
 * behaves differently when it is timed is not deterministic, and invalid.
 */
#ifndef PASS_H
#define PASS_H

#include "checked.h"
#include "finding.h"
#include "process.h"
#include "residue.h"
#include "trace.h"
#include "usage.h"
#include "windows.h"

enum pass_end { PASS_COMPLETE, PASS_CUT, PASS_FAILED };

/* What both sides of a timed run have in common. */
struct pass_game {
    const struct process_rules *rules;
    const struct trace *trace;
    const struct windows *windows;
    uint32_t window;           /* operations in the longest one */
    const char *name;          /* of the trace */
    struct findings *findings; /* against the student's allocator */
    double empty_order;        /* seconds that a hand-over takes; NAN: not known yet */
    uint64_t coin;             /* secret */
    size_t look;               /* the window after which it is looked around, in this pass */
};

/* A place at the table: one of the two allocators, and the memory of its runners. */
struct pass_side {
    struct process process;
    const struct checked_result *expected; /* NULL for the reference */
    struct usage usage;                    /* what the program does with its payloads */
    uint32_t stretch;                      /* operations in an order, at most */
    double limit;                          /* seconds of running time, then the pass is cut, */
                                           /* between two orders */
    size_t performed;                      /* operations of the last pass */
    double between;                        /* seconds computed while nothing was asked */
    double used;                           /* running time of the last pass, seconds */
    bool cold;                             /* its heap's pages do not exist yet */
    uint64_t private_pages, residue;       /* most that was seen outside the heap: checked.h */
    struct residue memory;                 /* outside the heap, after mm_init */
    double clock, *account;                /* the runner's clock; who pays from there on */
};

/* Makes a place for runners of `program`; pass_leave() takes it away. */
void pass_sit(struct pass_game *game, struct pass_side *side, const char *program,
              const struct checked_result *expected);
void pass_leave(struct pass_side *side);

/* A fresh random number of the game's. */
uint64_t pass_toss(struct pass_game *game);

/*
 * Performs a pass. times[w] becomes the seconds of window w's timed part, *untimed those of
 * all that is not timed: mm_init and the warming parts. PASS_CUT: the limit was passed, and
 * `used` and `performed` say where. PASS_FAILED: a finding was added; if the reference fails,
 * that ends the referee (exit 2).
 *
 * Measures game->empty_order first, if it is not known. So the first pass must be the
 * reference's: what a hand-over costs is not for a submission to say, nor to influence.
 */
enum pass_end pass_run(struct pass_game *game, struct pass_side *side, double *times,
                       double *untimed);

#endif
