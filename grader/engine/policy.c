#include "policy.h"
#include "file.h"
#include "say.h"
#include "utf8.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 65536 };

/* A number of the policy: where it goes and what it may be. */
struct key {
    const char *name;
    size_t offset;
    double least, most;
};

static const struct key keys[] = {
    {"correctness", offsetof(struct policy, correctness), 0, 1e6},
    {"utilization", offsetof(struct policy, utilization), 0, 1e6},
    {"throughput", offsetof(struct policy, throughput), 0, 1e6},
    {"utilization.zero", offsetof(struct policy, utilization_curve.zero), 0, 10},
    {"utilization.full", offsetof(struct policy, utilization_curve.full), 0, 10},
    {"throughput.zero", offsetof(struct policy, throughput_curve.zero), 1e-6, 1e3},
    {"throughput.full", offsetof(struct policy, throughput_curve.full), 1e-6, 1e3},
    {"throughput.needs", offsetof(struct policy, throughput_needs), 0, 10},
    {"limit.operation_seconds", offsetof(struct policy, operation_seconds), 0.01, 3600},
    {"limit.trace_seconds", offsetof(struct policy, trace_seconds), 0.01, 86400},
    {"limit.resident_mib", offsetof(struct policy, resident_mib), 1, 1e6},
    {"timing.seconds", offsetof(struct policy, timing_seconds), 0, 86400},
    {"advice.macros", offsetof(struct policy, advice_macros), 0, 1},
    {"checker", offsetof(struct policy, checker), 0, 1e6},
    {"checker.full", offsetof(struct policy, checker_full), 0.01, 1},
    {"fuzz.seed", offsetof(struct policy, fuzz_seed), 0, 0x1p53},
    {"fuzz.traces", offsetof(struct policy, fuzz_traces), 0, 10000},
    {"late.per_day", offsetof(struct policy, late.per_day), 0, 1},
    {"late.grace_days", offsetof(struct policy, late.grace_days), 0, 366},
    {"late.max", offsetof(struct policy, late.max), 0, 1},
    {"metrics.factor", offsetof(struct policy, metrics_factor), 1, 1e6},
    {"score.seed", offsetof(struct policy, score_seed), 0, 0x1p53},
    {"timing.official_seconds", offsetof(struct policy, timing_official_seconds), 0, 86400},
};
enum { KEYS = sizeof keys / sizeof *keys };

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* What a policy may leave out. */
static bool is_optional(const char *key)
{
    return begins(key, "late.") || begins(key, "advice.") || begins(key, "score.") ||
           begins(key, "metrics.") || begins(key, "checker");
}

static bool is_whole(const char *key)
{
    return begins(key, "fuzz.") || begins(key, "score.");
}

/* Keys of the gradebook, which reads them itself: no points are made of them. */
static bool is_foreign(const char *key)
{
    return begins(key, "batch.") || begins(key, "hidden.") || begins(key, "platform.") ||
           begins(key, "slurm.") || strcmp(key, "late.deadline") == 0;
}

struct reader {
    const char *path;
    size_t line;
    struct policy *policy;
    bool named, seen[KEYS];
    char *why;
    size_t why_bytes;
};

static bool fail(const struct reader *r, const char *what, const char *about)
{
    snprintf(r->why, r->why_bytes, "%s:%zu: %s '%.64s'", r->path, r->line, what, about);
    return false;
}

static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool read_number(const struct reader *r, const char *value, double least, double most,
                        double *number)
{
    char *end;
    *number = strtod(value, &end);
    if (end == value || *end || !isfinite(*number) || strpbrk(value, "xX"))
        return fail(r, "expected a number and found", value);
    if (*number < least || *number > most) {
        snprintf(r->why, r->why_bytes,
                 "%s:%zu: expected a number from %g to %g and found '%.64s'", r->path, r->line,
                 least, most, value);
        return false;
    }
    return true;
}

static bool read_name(struct reader *r, const char *value)
{
    size_t length = strlen(value);
    if (r->named || length == 0 || length >= sizeof r->policy->name)
        return fail(r, "expected one name of at most 63 bytes and found", value);
    memcpy(r->policy->name, value, length + 1);
    return r->named = true;
}

/* A plain path below the policy's folder: make gives it to the shell. */
static bool read_file(struct reader *r, const char *value, char *place, size_t bytes)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789/-_.";
    size_t length = strlen(value);
    bool plain = length > 0 && length < bytes && strspn(value, letters) == length &&
                 value[0] != '/' && !strstr(value, "..");
    if (place[0] || !plain)
        return fail(r, "expected one plain file name below the policy's folder and found",
                    value);
    memcpy(place, value, length + 1);
    return true;
}

static bool read_metric(struct reader *r, const char *value)
{
    r->policy->by_instructions = strcmp(value, "instructions") == 0;
    return r->policy->by_instructions || strcmp(value, "time") == 0 ||
           fail(r, "metric is time or instructions, not", value);
}

static bool read_face(struct reader *r, const char *value)
{
    r->policy->score_on_traces = strcmp(value, "traces") == 0;
    return r->policy->score_on_traces || strcmp(value, "variations") == 0 ||
           fail(r, "score.on is variations or traces, not", value);
}

/* category.NAME or hand.NAME: the teacher names these numbers. */
static bool read_named(struct reader *r, const char *key, const char *value,
                       struct policy_item *items, size_t most, size_t *count)
{
    const char *name = strchr(key, '.') + 1;
    size_t length = strlen(name);
    if (*count == most || length == 0 || length >= sizeof items->name || strpbrk(name, "\t\r"))
        return fail(r, "too many of these, or not a name behind the dot:", key);
    for (size_t i = 0; i < *count; i++)
        if (strcmp(items[i].name, name) == 0)
            return fail(r, "this key was set before:", key);
    struct policy_item *item = &items[(*count)++];
    memcpy(item->name, name, length + 1);
    return read_number(r, value, 0, 1e6, &item->value);
}

static bool read_setting(struct reader *r, const char *key, const char *value)
{
    struct policy *p = r->policy;
    if (strcmp(key, "name") == 0)
        return read_name(r, value);
    if (strcmp(key, "reference") == 0)
        return read_file(r, value, p->reference, sizeof p->reference);
    if (strcmp(key, "published") == 0)
        return read_file(r, value, p->published, sizeof p->published);
    if (strcmp(key, "metric") == 0)
        return read_metric(r, value);
    if (strcmp(key, "score.on") == 0)
        return read_face(r, value);
    if (begins(key, "category."))
        return read_named(r, key, value, p->categories, POLICY_CATEGORIES, &p->category_count);
    if (begins(key, "hand."))
        return read_named(r, key, value, p->hand, POLICY_PARTS, &p->hand_count);
    if (is_foreign(key))
        return true;
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(key, keys[i].name) != 0)
            continue;
        if (r->seen[i])
            return fail(r, "this key was set before:", key);
        r->seen[i] = true;
        double *place = (double *)(void *)((char *)p + keys[i].offset);
        if (!read_number(r, value, keys[i].least, keys[i].most, place))
            return false;
        return !is_whole(key) || *place == floor(*place) ||
               fail(r, "expected a whole number and found", value);
    }
    return fail(r, "unknown key", key);
}

static bool read_line(struct reader *r, char *line)
{
    line[strcspn(line, "#")] = '\0';
    char *key = trim(line);
    if (!*key)
        return true;
    char *equals = strchr(key, '=');
    if (!equals)
        return fail(r, "expected `key = value` and found", key);
    *equals = '\0';
    return read_setting(r, trim(key), trim(equals + 1));
}

static bool check_whole(struct reader *r)
{
    const struct policy *p = r->policy;
    if (!r->named)
        return fail(r, "the policy ends without", "name");
    for (size_t i = 0; i < KEYS; i++)
        if (!r->seen[i] && !is_optional(keys[i].name))
            return fail(r, "the policy ends without", keys[i].name);
    if (p->utilization_curve.zero >= p->utilization_curve.full)
        return fail(r, "utilization.zero must be below", "utilization.full");
    if (p->throughput_curve.zero >= p->throughput_curve.full)
        return fail(r, "throughput.zero must be below", "throughput.full");
    return true;
}

bool policy_parse(const char *path, const char *text, size_t bytes, struct policy *policy,
                  char *why, size_t why_bytes)
{
    struct reader r = {.path = path, .policy = policy, .why = why, .why_bytes = why_bytes};
    *policy = (struct policy){.late.max = 1, .checker_full = 0.95, .metrics_factor = 3};
    for (size_t at = utf8_mark(text, bytes); at < bytes;) {
        const char *newline = memchr(text + at, '\n', bytes - at);
        size_t length = newline ? (size_t)(newline - text) - at : bytes - at;
        char line[256];
        size_t kept = length < sizeof line ? length : sizeof line - 1;
        r.line++;
        memcpy(line, text + at, kept);
        line[kept] = '\0';
        if (strlen(line) < length)
            return fail(&r, "expected a line of text of at most 255 bytes and found", line);
        if (!read_line(&r, line))
            return false;
        at += length + 1;
    }
    return check_whole(&r);
}

void policy_read(const char *path, struct policy *policy)
{
    char why[512];
    size_t bytes;
    char *text = file_read(path, MOST_BYTES, &bytes, why, sizeof why);
    if (!text)
        die("%s: the policy %s", path, why);
    if (!policy_parse(path, text, bytes, policy, why, sizeof why))
        die("%s", why);
    free(text);
}

double policy_weight(const struct policy *policy, const char *category)
{
    for (size_t i = 0; i < policy->category_count; i++)
        if (strcmp(policy->categories[i].name, category) == 0)
            return policy->categories[i].value;
    return 1;
}
