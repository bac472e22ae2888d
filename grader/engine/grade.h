/*
 * grade.h - all that is known of one graded submission. mdriver fills it, score adds the
 * points, record and report are two functions of it.
 */
#ifndef GRADE_H
#define GRADE_H

#include "checker.h"
#include "finding.h"
#include "mixes.h"
#include "overfit.h"
#include "policy.h"
#include "score.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One trace. What was not measured is NAN, or 0 for counts. */
struct grade_trace {
    const char *name, *category, *path;
    bool scored; /* its category has a weight */
    bool valid;
    size_t operations;
    uint64_t peak_payload, peak_heap; /* bytes; static data beyond the allowance included */
    uint64_t sbrk_calls, pages_touched;
    uint64_t reference_peak_payload; /* the reference's on the same trace */
    double utilization;              /* peak_payload / peak_heap */
    double reference_utilization;    /* the reference's on the same trace */
    bool no_speed;                   /* its speed earns nothing; why: marks.c */
    bool timed, hopeless;            /* hopeless: too slow to earn, `ratio` is an upper bound */
    unsigned rounds;
    double ns, reference_ns; /* per operation */
    double ratio, log_error; /* speed to the reference's; standard error of its logarithm */
    double charged_ns;       /* of `ns`: for work in parts of the run that are not timed */
    double instructions, reference_instructions; /* per operation, steps.h; NAN: not counted */
    bool instructions_at_least;                  /* the count was cut off */
    const char *no_instructions;                 /* why there is no count; NULL: there is */
    struct overfit_face other;  /* official: of the trace or its variation, the unscored */
    struct score_trace counted; /* what its points were made of, and they themselves */
    struct findings findings;
};

enum { GRADE_PROTECTIONS = 5 };

/* A layer that keeps student code in its place. */
struct grade_protection {
    const char *name, *state; /* "on", "off" or "not available" */
};

struct grade {
    const char *submission; /* file name, as given */
    bool yardstick;         /* the reference was not at hand: see published.h */
    char sha256[65], policy_sha256[65], reference_sha256[65];
    const char *profile;
    bool official; /* graded with all protections, or not at all */
    struct policy policy;
    bool built; /* it compiled: the traces were run */
    uint64_t static_bytes;
    struct findings findings; /* of the submission as a whole */
    struct grade_trace *traces;
    size_t trace_count;
    struct mixes mixes; /* the last of the traces, if there are any */
    struct score score;
    struct checker_result checker; /* where the policy pays for it, or somebody asked */
    double utilization;            /* mean over scored traces, NAN if none is valid */
    double ratio, low, high;       /* geometric mean and 95 % interval; NAN if not measured */
    struct {
        double compile, checked, timed;
    } seconds; /* of wall time that each phase took */
    struct {
        bool varied;    /* points are made of private variations */
        double half;    /* the total's interval is so many points up and down */
        double seconds; /* spent on timed runs */
        bool known;     /* official: to within RACE_GOAL */
    } timing;
    struct grade_protection protections[GRADE_PROTECTIONS];
    const char *output; /* what the submission printed: any bytes */
    size_t output_bytes;
    bool output_cut; /* there was more */
    struct {
        const char *version, *flags;
        char compiler[256], machine[256], system[256];
        const char *sandbox;  /* how the compiler was confined */
        const char *emulator; /* what ran the programs, or NULL */
        uint64_t heap_room;
    } kit;
};

#endif
