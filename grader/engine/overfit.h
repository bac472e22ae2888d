/*
 * overfit.h - is an allocator better on a public trace than on a private variation of it?
 *
 * A variation (vary.h) asks for the same work with other sizes in another order. Who has
 * tuned an allocator to the sizes of a published trace does well there and nowhere else; an
 * honest one does as well on both, but for luck: only a large difference accuses. Of speed only
 * a larger one does, for on the face that does not score it is measured by a single round.
 */
#ifndef OVERFIT_H
#define OVERFIT_H

#include "finding.h"
#include <stdbool.h>

/*
 * Measured with the stages, all scored traces and five variations of each: an honest
 * allocator's utilization, as a part of the reference's, moves by up to 0.08, because each of
 * the two has its luck with a layout. Who knows the sizes gains several times as much. Speed,
 * of a single round, was off by a factor of up to 2.2 (stage 1, version-git).
 */
#define OVERFIT_UTILIZATION 0.15
#define OVERFIT_SPEED       4.0

/* A shorter trace is over before its speed can be compared. */
#define OVERFIT_OPERATIONS 10000

/*
 * Whose blocks are whole pages, or powers of two, or have no header, or who looks for the next
 * fit, may be lucky with the sizes of a trace, and by far: four such allocators were, on one or
 * two of the kit's 39 traces. Who is tuned is so on many. Of so many, more than one must show
 * it.
 */
enum { OVERFIT_TRACES = 15 };

/* What a trace has shown; NAN where it was not measured. */
struct overfit_face {
    double utilization, reference_utilization;
    double ratio; /* of speeds */
};

/* Does the advantage on the public face vanish on the private one? */
bool overfit_shows(const struct overfit_face *public_face,
                   const struct overfit_face *private_face);

/* The same; if so it adds OVERFITTED on trace `name` to `findings`. */
void overfit_judge(const char *name, const struct overfit_face *public_face,
                   const struct overfit_face *private_face, struct findings *findings);

#endif
