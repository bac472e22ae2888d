#include "overfit.h"

static double part(const struct overfit_face *face)
{
    return face->utilization / face->reference_utilization;
}

/* Comparisons with NAN are false: what was not measured accuses nobody. */
static bool is_denser(const struct overfit_face *a, const struct overfit_face *b)
{
    return part(a) > part(b) + OVERFIT_UTILIZATION;
}

static bool is_quicker(const struct overfit_face *a, const struct overfit_face *b)
{
    return a->ratio > OVERFIT_SPEED * b->ratio;
}

bool overfit_shows(const struct overfit_face *public_face,
                   const struct overfit_face *private_face)
{
    return is_denser(public_face, private_face) || is_quicker(public_face, private_face);
}

void overfit_judge(const char *name, const struct overfit_face *public_face,
                   const struct overfit_face *private_face, struct findings *findings)
{
    if (is_denser(public_face, private_face))
        findings_add(findings, FINDING_OVERFITTED, name, 0,
                     "utilization is %.1f %% of the reference's on the public trace, and "
                     "%.1f %% on a private variation of it",
                     100 * part(public_face), 100 * part(private_face));
    else if (is_quicker(public_face, private_face))
        findings_add(findings, FINDING_OVERFITTED, name, 0,
                     "speed is %.2f of the reference's on the public trace, and %.2f on a "
                     "private variation of it",
                     public_face->ratio, private_face->ratio);
}
