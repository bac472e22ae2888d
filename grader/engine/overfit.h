/*
 * overfit.h - is an allocator better on a public trace than on a private variation of it?
 *
 * A variation (vary.h) asks for the same work with other sizes in another order. Who has
 * tuned an allocator to the sizes of a published trace does well there and nowhere else; an
 * honest one does as well on both. Utilization is exact, so a small difference is enough;
 * speed is measured, on the face that does not score by a single round: only a large one is.
 */
#ifndef OVERFIT_H
#define OVERFIT_H

#include "finding.h"

/*
 * Measured with the reference, the stages and all scored traces: an honest allocator's
 * utilization, as a part of the reference's, moves by at most a third of this.
 */
#define OVERFIT_UTILIZATION 0.06
#define OVERFIT_SPEED       2.0

/* A shorter trace is over before its speed can be compared. */
#define OVERFIT_OPERATIONS 10000

/* What a trace has shown; NAN where it was not measured. */
struct overfit_face {
    double utilization, reference_utilization;
    double ratio; /* of speeds */
};

/* Adds OVERFITTED to `findings` when the advantage on trace `name` vanishes. */
void overfit_judge(const char *name, const struct overfit_face *public_face,
                   const struct overfit_face *private_face, struct findings *findings);

#endif
