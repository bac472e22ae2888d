/*
 * ledger.h - the computation of one grade, line by line: what the engine earned, what a
 * person marked, what lateness cost, what was decided by hand. Pure arithmetic: the points
 * of a trace are made by score.c, and nowhere else are points added up.
 *
 *     correctness + utilization + throughput      score.c, from the record and the policy
 *     + the heap checker                          score.c, where the policy gives points
 *     + marks by hand                             at most the policy's points for each part
 *     - lateness                                  a part of the sum so far, per day begun
 *     + points                                    given or taken by a person
 *     = total, unless a person has decided otherwise (override); never below 0
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "policy.h"
#include "score.h"
#include <stdbool.h>
#include <stddef.h>

enum { LEDGER_POINTS = 32 };

struct ledger_mark {
    char part[64];
    double points;
};

/* What is known of one submission. */
struct ledger_input {
    struct score_trace *traces;
    size_t trace_count;
    double checker_rate, checker_alarms; /* see score_add_checker(); NAN: not asked */
    double late_seconds;                 /* after the deadline; 0 or less: in time */
    double extension_days;               /* given to this student */
    struct ledger_mark marks[POLICY_PARTS];
    size_t mark_count;
    double points[LEDGER_POINTS];
    size_t point_count;
    bool overridden;
    double override;
};

struct ledger_line {
    char name[72];
    double points;
    double max; /* NAN where no most exists */
    char text[200];
};

/* A line per part and per decision; the last one is the total. */
struct ledger {
    struct ledger_line lines[4 + POLICY_PARTS + 1 + LEDGER_POINTS + 1 + 1];
    size_t count;
    bool known; /* false: there is nothing that a total could be made of */
    double total, max;
};

/*
 * Fills `ledger` and sets `earned` of each trace. Returns false and a sentence in `why`
 * when a mark is for a part that the policy does not have, or beyond its points.
 */
bool ledger_compute(const struct policy *policy, struct ledger_input *input,
                    struct ledger *ledger, char *why, size_t why_bytes);

/* Days that count as late: each one that has begun, less what was given. Never below 0. */
double ledger_days(const struct policy *policy, double late_seconds, double extension_days);

#endif
