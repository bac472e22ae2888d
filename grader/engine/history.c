#include "history.h"
#include "fields.h"
#include "file.h"
#include "say.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HISTORY_BYTES ((size_t)16 << 20)

/* Smaller changes are not worth a line. */
#define UTILIZATION_STEP 0.01
#define SPEED_STEP       0.05

/* So many names in a line, the others are counted. */
enum { NAMES = 5 };

static double number(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    return end == text || *end ? NAN : value;
}

/* An earlier run: its line, and those of its traces. */
struct past {
    struct fields run;
    struct fields *traces;
    size_t count;
};

static bool is_run(const char *line)
{
    return strncmp(line, "run\t", 4) == 0;
}

/* A name of ours in the file: without what would end a field or a line. */
static char *plain(const char *name)
{
    char *copy = must_copy(name);
    for (char *at = copy; *at; at++)
        if (*at == '\t' || *at == '\n')
            *at = '?';
    return copy;
}

static const char *file_name(const struct grade *grade)
{
    const char *slash = strrchr(grade->submission, '/');
    return slash ? slash + 1 : grade->submission;
}

static bool is_ours(const struct fields *run, const struct grade *grade)
{
    char *name = plain(file_name(grade));
    bool same = run->count == 10 && strcmp(run->text[2], name) == 0 &&
                strcmp(run->text[3], grade->profile) == 0 &&
                strcmp(run->text[4], grade->policy_sha256) == 0;
    free(name);
    return same;
}

/* The last run of ours in `text`, which is cut into pieces. */
static struct past find_past(char *text, const struct grade *grade)
{
    struct past past = {.count = 0};
    bool within = false;
    size_t room = 0;
    for (char *line = text; line && *line;) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        bool run = is_run(line);
        struct fields fields = fields_cut(line);
        if (run)
            within = is_ours(&fields, grade);
        if (run && within) {
            past.run = fields;
            past.count = 0;
        } else if (within && fields.count == 6 && strcmp(fields.text[0], "trace") == 0) {
            past.traces = must_grow(past.traces, past.count, &room, sizeof *past.traces);
            past.traces[past.count++] = fields;
        }
        line = next;
    }
    return past;
}

static const struct fields *find_trace(const struct past *past, const char *name)
{
    for (size_t i = 0; i < past->count; i++)
        if (strcmp(past->traces[i].text[1], name) == 0)
            return &past->traces[i];
    return NULL;
}

/* One kind of change: writes what is to be said of a trace, or returns false. */
typedef bool change(const struct grade_trace *now, const struct fields *then, char *text,
                    size_t bytes);

static bool was_valid(const struct fields *then)
{
    return strcmp(then->text[2], "1") == 0;
}

static bool became_valid(const struct grade_trace *now, const struct fields *then, char *text,
                         size_t bytes)
{
    snprintf(text, bytes, "%s", now->name);
    return now->valid && !was_valid(then);
}

static bool lost_validity(const struct grade_trace *now, const struct fields *then, char *text,
                          size_t bytes)
{
    snprintf(text, bytes, "%s", now->name);
    return !now->valid && was_valid(then);
}

static bool moved_utilization(const struct grade_trace *now, const struct fields *then,
                              char *text, size_t bytes)
{
    double before = number(then->text[3]);
    if (!now->scored || !(fabs(now->utilization - before) >= UTILIZATION_STEP))
        return false;
    snprintf(text, bytes, "%s %.1f%% to %.1f%%", now->name, 100 * before,
             100 * now->utilization);
    return true;
}

/* Two measurements differ when their distance is beyond the error of both. */
static bool moved_speed(const struct grade_trace *now, const struct fields *then, char *text,
                        size_t bytes)
{
    double before = number(then->text[4]), error = number(then->text[5]);
    double distance = fabs(log(now->ratio / before));
    double noise = 1.96 * hypot(isnan(error) ? 0 : error, now->log_error);
    if (!now->timed || !(distance > SPEED_STEP) || !(distance > noise))
        return false;
    snprintf(text, bytes, "%s %.3g to %.3g", now->name, before, now->ratio);
    return true;
}

/* "a, b, c, and 4 more" in memory, to be freed. Counts them. */
static char *list_changes(change *changed, const struct past *past, const struct grade *grade,
                          size_t *found)
{
    char one[300], *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        die("out of memory for the history");
    for (size_t i = *found = 0; i < grade->trace_count; i++) {
        char *name = plain(grade->traces[i].name);
        const struct fields *then = find_trace(past, name);
        free(name);
        if (then && changed(&grade->traces[i], then, one, sizeof one) && ++*found <= NAMES)
            fprintf(out, "%s%s", *found == 1 ? "" : ", ", one);
    }
    if (*found > NAMES)
        fprintf(out, ", and %zu more", *found - NAMES);
    fclose(out);
    return text;
}

/* Returns how many traces it is about. */
static size_t say_changes(const char *title, change *changed, const struct past *past,
                          const struct grade *grade, FILE *out)
{
    size_t found;
    char *text = list_changes(changed, past, grade, &found);
    if (found) {
        fputs(title, out);
        say_wrapped(out, text, strlen(text), strlen(title), "    ");
    }
    free(text);
    return found;
}

static const char *ago(double seconds, char text[64])
{
    if (isnan(seconds))
        return "some time ago";
    const char *unit = seconds < 3600 ? "minute" : seconds < 172800 ? "hour" : "day";
    double size = seconds < 3600 ? 60 : seconds < 172800 ? 3600 : 86400;
    double n = floor(seconds / size);
    if (!(n >= 1))
        return "less than a minute ago";
    snprintf(text, 64, "%.0f %s%s ago", n, unit, n < 2 ? "" : "s");
    return text;
}

/* How many of the grade's traces the past run had as well. */
static size_t shared_traces(const struct past *past, const struct grade *grade)
{
    size_t shared = 0;
    for (size_t i = 0; i < grade->trace_count; i++) {
        char *name = plain(grade->traces[i].name);
        shared += find_trace(past, name) != NULL;
        free(name);
    }
    return shared;
}

static void compare(const struct past *past, const struct grade *grade, FILE *out)
{
    char text[64];
    size_t shared = shared_traces(past, grade);
    if (shared == 0)
        return;
    double total = number(past->run.text[5]), max = number(past->run.text[6]);
    fprintf(out, "\nsince the last run, %s:\n",
            ago((double)time(NULL) - number(past->run.text[1]), text));
    size_t changes = 0;
    /* Points are compared when they were made of the same traces. */
    if (grade->score.scored && shared == past->count && shared == grade->trace_count &&
        max == grade->score.max && fabs(total - grade->score.total) >= 0.05) {
        fprintf(out, "  score %.1f to %.1f\n", total, grade->score.total);
        changes++;
    }
    changes += say_changes("  now valid: ", became_valid, past, grade, out);
    changes += say_changes("  no longer valid: ", lost_validity, past, grade, out);
    changes += say_changes("  utilization: ", moved_utilization, past, grade, out);
    changes += say_changes("  speed, as ratio: ", moved_speed, past, grade, out);
    if (!changes)
        fputs("  nothing has changed notably\n", out);
}

static void put_number(FILE *out, double value)
{
    if (isfinite(value))
        fprintf(out, "\t%.6g", value);
    else
        fputs("\t-", out);
}

static void write_run(const struct grade *grade, FILE *out)
{
    char *name = plain(file_name(grade));
    const struct score *s = &grade->score;
    const double parts[] = {s->total, s->max, s->correctness, s->utilization, s->throughput};
    fprintf(out, "run\t%lld\t%s\t%s\t%s", (long long)time(NULL), name, grade->profile,
            grade->policy_sha256);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        put_number(out, s->scored ? parts[i] : NAN);
    fputc('\n', out);
    free(name);
    for (size_t i = 0; i < grade->trace_count; i++) {
        const struct grade_trace *t = &grade->traces[i];
        name = plain(t->name);
        fprintf(out, "trace\t%s\t%d", name, t->valid);
        put_number(out, t->utilization);
        put_number(out, t->timed ? t->ratio : NAN);
        put_number(out, t->timed ? t->log_error : NAN);
        fputc('\n', out);
        free(name);
    }
}

/* Where the last HISTORY_RUNS - 1 runs begin. */
static const char *recent(const char *text, size_t bytes)
{
    size_t runs = 0;
    for (const char *at = text + bytes; at > text;) {
        at--;
        if ((at == text || at[-1] == '\n') && is_run(at) && ++runs == HISTORY_RUNS - 1)
            return at;
    }
    return text;
}

static bool save(const char *path, const char *text, size_t bytes, const struct grade *grade)
{
    char *name;
    const char *from = recent(text, bytes);
    FILE *draft = file_draft(path, &name);
    if (draft) {
        fwrite(from, 1, bytes - (size_t)(from - text), draft);
        write_run(grade, draft);
    }
    return file_replace(draft, name, path);
}

void history_update(const char *path, const struct grade *grade, FILE *out)
{
    char why[256];
    size_t bytes;
    char *text = file_read_itself(path, HISTORY_BYTES, &bytes, why, sizeof why);
    if (!text) { /* the first run, or a file that is no history */
        text = must_copy("");
        bytes = 0;
    }
    char *copy = must_copy(text);
    struct past past = find_past(copy, grade);
    if (past.run.count)
        compare(&past, grade, out);
    if (!save(path, text, bytes, grade))
        note("%s: the history could not be written: %s", path, strerror(errno));
    free(past.traces);
    free(copy);
    free(text);
}
