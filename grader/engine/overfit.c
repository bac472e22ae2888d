#include "overfit.h"

static double part(const struct overfit_face *face)
{
    return face->utilization / face->reference_utilization;
}

void overfit_judge(const char *name, const struct overfit_face *public_face,
                   const struct overfit_face *private_face, struct findings *findings)
{
    /* Comparisons with NAN are false: what was not measured accuses nobody. */
    if (part(public_face) > part(private_face) + OVERFIT_UTILIZATION)
        findings_add(findings, FINDING_OVERFITTED, name, 0,
                     "utilization is %.1f %% of the reference's on the public trace, and "
                     "%.1f %% on a private variation of it",
                     100 * part(public_face), 100 * part(private_face));
    else if (public_face->ratio > OVERFIT_SPEED * private_face->ratio)
        findings_add(findings, FINDING_OVERFITTED, name, 0,
                     "speed is %.2f of the reference's on the public trace, and %.2f on a "
                     "private variation of it",
                     public_face->ratio, private_face->ratio);
}
