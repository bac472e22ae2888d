/*
 * score - computes grades from measurements and a policy: `score POLICY < input > output`.
 *
 * The gradebook (Python) never computes points; it writes what records hold as lines and
 * reads lines back. Fields are separated by tabs; `-` is a number that is not known.
 *
 *     input                                     output
 *     begin NAME                                begin NAME
 *     trace CATEGORY VALID UTILIZATION RATIO    trace CORRECTNESS UTILIZATION THROUGHPUT
 *     checker RATE ALARMS                       line NAME POINTS MAX TEXT
 *     late SECONDS                              category NAME WEIGHT TRACES and the three
 *     extension DAYS                            end
 *     hand PART POINTS
 *     points POINTS
 *     override POINTS
 *     end
 *
 * A line of input that is not one of these ends the program with exit 2 and a sentence.
 */
#include "fields.h"
#include "ledger.h"
#include "policy.h"
#include "say.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 4096 };

struct reader {
    size_t line;
    struct fields fields; /* of that line */
    bool open;            /* between begin and end */
    struct ledger_input input;
    size_t room; /* for traces */
};

static _Noreturn void refuse(const struct reader *r, const char *what)
{
    die("score input:%zu: %s", r->line, what);
}

static double number(const struct reader *r, size_t field)
{
    char *end;
    const char *text = r->fields.text[field];
    if (strcmp(text, "-") == 0)
        return NAN;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value))
        refuse(r, "expected a number");
    return value;
}

static double known_number(const struct reader *r, size_t field)
{
    double value = number(r, field);
    if (isnan(value))
        refuse(r, "expected a number, not '-'");
    return value;
}

static void take_trace(struct reader *r)
{
    struct ledger_input *in = &r->input;
    in->traces = must_grow(in->traces, in->trace_count, &r->room, sizeof *in->traces);
    in->traces[in->trace_count++] =
        (struct score_trace){.category = must_copy(r->fields.text[1]),
                             .valid = strcmp(r->fields.text[2], "1") == 0,
                             .utilization = number(r, 3),
                             .ratio = number(r, 4)};
}

static void take_mark(struct reader *r)
{
    struct ledger_input *in = &r->input;
    if (in->mark_count == POLICY_PARTS || strlen(r->fields.text[1]) >= sizeof in->marks[0].part)
        refuse(r, "too many marks, or a part's name that is too long");
    struct ledger_mark *mark = &in->marks[in->mark_count++];
    snprintf(mark->part, sizeof mark->part, "%s", r->fields.text[1]);
    mark->points = known_number(r, 2);
}

static void take_points(struct reader *r)
{
    if (r->input.point_count == LEDGER_POINTS)
        refuse(r, "too many lines of points for one student");
    r->input.points[r->input.point_count++] = known_number(r, 1);
}

static void print_number(double value, char end)
{
    if (isnan(value))
        printf("-%c", end);
    else
        printf("%.10g%c", value, end);
}

/* Means of the three fractions over one category, which begins at trace `first`. */
static void print_category(const struct policy *policy, const struct ledger_input *in,
                           size_t first)
{
    const char *name = in->traces[first].category;
    double sum[3] = {0};
    size_t count = 0;
    for (size_t i = 0; i < in->trace_count; i++) {
        if (strcmp(in->traces[i].category, name) != 0)
            continue;
        if (i < first)
            return;
        sum[0] += in->traces[i].earned.correctness;
        sum[1] += in->traces[i].earned.utilization;
        sum[2] += in->traces[i].earned.throughput;
        count++;
    }
    printf("category\t%s\t%.10g\t%zu", name, policy_weight(policy, name), count);
    putchar('\t');
    for (size_t part = 0; part < 3; part++)
        print_number(sum[part] / (double)count, part < 2 ? '\t' : '\n');
}

static void print_ledger(const struct policy *policy, const struct ledger_input *in,
                         const struct ledger *ledger)
{
    for (size_t i = 0; i < in->trace_count; i++) {
        printf("trace\t");
        print_number(in->traces[i].earned.correctness, '\t');
        print_number(in->traces[i].earned.utilization, '\t');
        print_number(in->traces[i].earned.throughput, '\n');
    }
    for (size_t i = 0; i < in->trace_count; i++)
        print_category(policy, in, i);
    for (size_t i = 0; i < ledger->count; i++) {
        const struct ledger_line *line = &ledger->lines[i];
        printf("line\t%s\t", line->name);
        print_number(line->points, '\t');
        print_number(line->max, '\t');
        puts(line->text);
    }
    puts("end");
}

static void end_one(struct reader *r, const struct policy *policy)
{
    struct ledger ledger;
    char why[200];
    if (!ledger_compute(policy, &r->input, &ledger, why, sizeof why))
        refuse(r, why);
    print_ledger(policy, &r->input, &ledger);
    for (size_t i = 0; i < r->input.trace_count; i++)
        free((char *)r->input.traces[i].category);
    free(r->input.traces);
    r->input = (struct ledger_input){0};
    r->room = 0;
    r->open = false;
}

static void begin_one(struct reader *r)
{
    r->open = true;
    printf("begin\t%s\n", r->fields.text[1]);
}

static bool is(const struct reader *r, const char *word, size_t fields)
{
    return r->fields.count == fields && strcmp(r->fields.text[0], word) == 0 &&
           r->open == (strcmp(word, "begin") != 0);
}

static void take(struct reader *r, const struct policy *policy)
{
    if (is(r, "begin", 2))
        begin_one(r);
    else if (is(r, "trace", 5))
        take_trace(r);
    else if (is(r, "checker", 3)) {
        r->input.checker_rate = number(r, 1);
        r->input.checker_alarms = number(r, 2);
    } else if (is(r, "late", 2))
        r->input.late_seconds = known_number(r, 1);
    else if (is(r, "extension", 2))
        r->input.extension_days = known_number(r, 1);
    else if (is(r, "hand", 3))
        take_mark(r);
    else if (is(r, "points", 2))
        take_points(r);
    else if (is(r, "override", 2)) {
        r->input.overridden = true;
        r->input.override = known_number(r, 1);
    } else if (is(r, "end", 1))
        end_one(r, policy);
    else
        refuse(
            r,
            "expected begin, trace, checker, late, extension, hand, points, override or end");
}

int main(int argc, char **argv)
{
    struct policy policy;
    struct reader reader = {0};
    char line[LINE_BYTES];
    if (argc != 2)
        die("usage: score POLICY < input > output; `make batch` calls it");
    policy_read(argv[1], &policy);
    while (fgets(line, sizeof line, stdin)) {
        reader.line++;
        size_t length = strlen(line);
        if (length == 0 || line[length - 1] != '\n')
            refuse(&reader, "the line is too long, or not complete");
        line[length - 1] = '\0';
        reader.fields = fields_cut(line);
        take(&reader, &policy);
    }
    if (reader.open || ferror(stdin))
        refuse(&reader, "the input ends in the middle");
    if (fflush(stdout) != 0)
        die("the output cannot be written: %s", strerror(errno));
    return 0;
}
