#include "ledger.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DAY = 24 * 60 * 60 };

static void add(struct ledger *ledger, const char *name, double points, double max,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

static void add(struct ledger *ledger, const char *name, double points, double max,
                const char *format, ...)
{
    struct ledger_line *line = &ledger->lines[ledger->count++];
    va_list args;
    *line = (struct ledger_line){.points = points, .max = max};
    snprintf(line->name, sizeof line->name, "%s", name);
    va_start(args, format);
    vsnprintf(line->text, sizeof line->text, format, args);
    va_end(args);
}

double ledger_days(const struct policy *policy, double late_seconds, double extension_days)
{
    double begun = late_seconds > 0 ? ceil(late_seconds / (double)DAY) : 0;
    return fmax(0, begun - extension_days - policy->late.grace_days);
}

static void count_traces(const struct policy *policy, const struct ledger_input *input,
                         size_t *valid, size_t *scored)
{
    *valid = *scored = 0;
    for (size_t i = 0; i < input->trace_count; i++) {
        if (policy_weight(policy, input->traces[i].category) <= 0)
            continue;
        ++*scored;
        *valid += input->traces[i].valid;
    }
}

static void add_engine(const struct policy *policy, struct ledger_input *input,
                       struct ledger *ledger)
{
    struct score score = score_compute(policy, input->traces, input->trace_count);
    size_t valid, scored;
    if (!score.scored)
        return;
    if (policy->checker > 0)
        score_add_checker(&score, policy, input->checker_rate, input->checker_alarms);
    count_traces(policy, input, &valid, &scored);
    ledger->known = true;
    ledger->total = score.total;
    add(ledger, "correctness", score.correctness, policy->correctness,
        "%zu of %zu scored traces are valid", valid, scored);
    add(ledger, "utilization", score.utilization, policy->utilization,
        "from %g to %g of the reference's utilization", policy->utilization_curve.zero,
        policy->utilization_curve.full);
    add(ledger, "throughput", score.throughput, policy->throughput,
        "from %g to %g of the reference's speed, on a logarithmic scale",
        policy->throughput_curve.zero, policy->throughput_curve.full);
    if (policy->checker > 0)
        add(ledger, "checker", score.checker, policy->checker,
            "all from %g %% of the damage noticed, without false alarms",
            100 * policy->checker_full);
}

static const struct ledger_mark *find_mark(const struct ledger_input *input, const char *part)
{
    for (size_t i = 0; i < input->mark_count; i++)
        if (strcmp(input->marks[i].part, part) == 0)
            return &input->marks[i];
    return NULL;
}

static bool check_marks(const struct policy *policy, const struct ledger_input *input,
                        char *why, size_t why_bytes)
{
    for (size_t i = 0; i < input->mark_count; i++) {
        const struct ledger_mark *mark = &input->marks[i];
        size_t k = 0;
        while (k < policy->hand_count && strcmp(policy->hand[k].name, mark->part) != 0)
            k++;
        if (k < policy->hand_count && mark->points >= 0 &&
            mark->points <= policy->hand[k].value)
            continue;
        if (k == policy->hand_count)
            snprintf(why, why_bytes, "the policy has no hand.%s", mark->part);
        else
            snprintf(why, why_bytes, "%s is marked from 0 to %g, not %g", mark->part,
                     policy->hand[k].value, mark->points);
        return false;
    }
    return true;
}

static void add_marks(const struct policy *policy, const struct ledger_input *input,
                      struct ledger *ledger)
{
    for (size_t i = 0; i < policy->hand_count; i++) {
        const struct ledger_mark *mark = find_mark(input, policy->hand[i].name);
        char name[72];
        snprintf(name, sizeof name, "hand.%s", policy->hand[i].name);
        add(ledger, name, mark ? mark->points : 0, policy->hand[i].value, "%s",
            mark ? "marked by hand" : "not marked yet");
        ledger->total += mark ? mark->points : 0;
    }
}

static void add_lateness(const struct policy *policy, const struct ledger_input *input,
                         struct ledger *ledger)
{
    if (input->late_seconds <= 0 || !ledger->known)
        return;
    double days = ledger_days(policy, input->late_seconds, input->extension_days);
    double lost = fmin(days * policy->late.per_day, policy->late.max);
    add(ledger, "late", 0 - lost * ledger->total, NAN,
        "%g days late after %g of grace and %g of extension: %g %% of the points so far", days,
        policy->late.grace_days, input->extension_days, 100 * lost);
    ledger->total -= lost * ledger->total;
}

static void add_decisions(const struct ledger_input *input, struct ledger *ledger)
{
    for (size_t i = 0; i < input->point_count; i++) {
        add(ledger, "points", input->points[i], NAN, "%s by a person",
            input->points[i] < 0 ? "taken" : "given");
        ledger->total += input->points[i];
    }
    ledger->total = fmax(0, ledger->total);
    if (!input->overridden)
        return;
    add(ledger, "override", input->override, NAN, "decided by a person, in place of %.2f",
        ledger->total);
    ledger->total = input->override;
    ledger->known = true;
}

static double most_points(const struct policy *policy)
{
    double most =
        policy->correctness + policy->utilization + policy->throughput + policy->checker;
    for (size_t i = 0; i < policy->hand_count; i++)
        most += policy->hand[i].value;
    return most;
}

bool ledger_compute(const struct policy *policy, struct ledger_input *input,
                    struct ledger *ledger, char *why, size_t why_bytes)
{
    *ledger = (struct ledger){.max = most_points(policy)};
    if (!check_marks(policy, input, why, why_bytes))
        return false;
    add_engine(policy, input, ledger);
    add_marks(policy, input, ledger);
    add_lateness(policy, input, ledger);
    add_decisions(input, ledger);
    add(ledger, "total", ledger->known ? ledger->total : NAN, ledger->max, "%s",
        ledger->known ? "" : "nothing was graded");
    return true;
}
