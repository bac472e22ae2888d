/*
 * policy.h - what a grade is made of, as a teacher writes it: `key = value` lines.
 *
 *     name = final
 *     correctness = 20                  points for each part
 *     utilization = 40
 *     throughput = 40
 *     utilization.zero = 0.85           fraction of the reference's that earns nothing
 *     utilization.full = 0.98           and that earns all
 *     throughput.zero = 0.005           the same for the speed, as a ratio to the reference
 *     throughput.full = 0.50
 *     throughput.needs = 0.85           no points for speed below this fraction of utilization
 *     category.debug = 0                weight of a category of traces; 1 if not named
 *     limit.operation_seconds = 0.5     a single call may take so long
 *     limit.trace_seconds = 10          and all calls of a trace together; of a mix, a tenth
 *     limit.resident_mib = 2048         heap pages that may physically exist
 *     timing.seconds = 1.2              for all timed runs of a quick grade together
 *     timing.official_seconds = 20      of an official one, at most
 *     fuzz.seed = 2026                  below 2^53: which short random mixes the traces named
 *     fuzz.traces = 150                 `fuzz` are, and how many of them there are
 *     metric = time                     what speed is measured by, if left out too, or
 *                                       `instructions` (steps.h)
 *     metrics.factor = 3                the metric that scores may flatter by less than this,
 *                                       beside the other one (steps.h); 3 if left out
 *     score.on = variations             an official grade scores private variations of the
 *                                       traces (vary.h), if left out too, or `traces`
 *     score.seed = 2026                 below 2^53: which variations; 0 if left out
 *     reference = reference/2026-1.c    what is measured beside, a file in the policy's folder;
 *                                       the kit's own solution if left out
 *     published = table.tsv             that file is a yardstick: how the real one does beside
 *                                       it (published.h); left out where it is the real one
 *     advice.macros = 1                 name function-like macros, as advice; 0 if left out
 *     checker = 10                      points for the heap checker (checker.h); 0 if not named
 *     checker.full = 0.95               part of the damage it must notice to earn all of them;
 *                                       0.95 if left out
 *
 * Further keys concern a class; none of them changes what is measured:
 *
 *     hand.style = 10                   points that a person gives for `style`, at most
 *     late.per_day = 0.10               part of the points that a day late costs
 *     late.grace_days = 3               days late that cost nothing
 *     late.max = 1                      the largest part that lateness can cost
 *     late.deadline, batch.*, hidden.*, platform.*, slurm.*   see grader/gradebook/README.md;
 *                                       not read here
 *
 * `#` starts a comment. Every key of the first list that says nothing else is needed once.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>
#include <stddef.h>

#define POLICY_CATEGORIES 64
#define POLICY_PARTS      16

struct policy_curve {
    double zero, full; /* earns nothing, earns all; zero < full */
};

/* A number by a name of the teacher's own. */
struct policy_item {
    char name[64];
    double value;
};

struct policy {
    char name[64];
    char reference[128]; /* file, from the policy's folder; "" if it names none */
    char published[128]; /* the same, for the table that belongs to a yardstick */
    double correctness, utilization, throughput; /* points */
    struct policy_curve utilization_curve, throughput_curve;
    double throughput_needs;
    double checker, checker_full;
    double operation_seconds, trace_seconds, resident_mib;
    double timing_seconds, timing_official_seconds;
    double advice_macros;
    bool by_instructions; /* not by time */
    double metrics_factor;
    bool score_on_traces;                             /* and not on variations */
    double score_seed;                                /* whole number */
    double fuzz_seed, fuzz_traces;                    /* whole numbers */
    struct policy_item categories[POLICY_CATEGORIES]; /* weights */
    size_t category_count;
    struct {
        double per_day, grace_days, max;
    } late;
    struct policy_item hand[POLICY_PARTS]; /* points, at most */
    size_t hand_count;
};

/*
 * Reads a policy from `text`. Returns false and in `why` one sentence that begins with
 * `path`:line when it is not one.
 */
bool policy_parse(const char *path, const char *text, size_t bytes, struct policy *policy,
                  char *why, size_t why_bytes);

/* The same for a file. Ends the program (exit 2) with that sentence when it is not one. */
void policy_read(const char *path, struct policy *policy);

/* The weight of a category of traces; 0 means that it is not scored. */
double policy_weight(const struct policy *policy, const char *category);

#endif
