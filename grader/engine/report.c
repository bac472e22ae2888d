#include "report.h"
#include "say.h"
#include "utf8.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More findings than this are counted and not shown: nobody reads the twentieth. */
enum { FINDINGS_SHOWN = 8 };

/* The submission's own words: as many bytes of them. The record has them all. */
enum { OUTPUT_SHOWN = 2000 };

struct page {
    FILE *out;
    bool colour;
    bool explained[FINDING_CODES];
};

static const char *paint(const struct page *page, const char *code)
{
    return page->colour ? code : "";
}

#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define GREEN  "\033[32m"
#define BOLD   "\033[1m"
#define PLAIN  "\033[0m"

/* A cell of the table: a number, or a dash for what was not measured. */
static void cell(const struct page *page, int width, int decimals, double value,
                 const char *unit)
{
    if (isnan(value))
        fprintf(page->out, " %*s", width, "-");
    else
        fprintf(page->out, " %*.*f%s", width - (int)strlen(unit), decimals, value, unit);
}

static void print_row(const struct page *page, const struct grade_trace *trace)
{
    char *name = say_escape(trace->name);
    fprintf(page->out, "%-26.*s %s%5s%s", (int)utf8_whole(name, 26), name,
            paint(page, trace->valid ? GREEN : RED), trace->valid ? "yes" : "no",
            paint(page, PLAIN));
    free(name);
    cell(page, 7, 1, 100 * trace->utilization, "%");
    cell(page, 7, 0, 100 * trace->utilization / trace->reference_utilization, "%");
    fprintf(page->out, " %8zu", trace->operations);
    cell(page, 8, 1, trace->timed ? trace->ns : NAN, "");
    if (trace->hopeless)
        fprintf(page->out, "  <%5.3f", trace->ratio);
    else
        cell(page, 7, trace->ratio < 0.1 ? 3 : 2, trace->timed ? trace->ratio : NAN, "");
    fputc('\n', page->out);
}

static void print_mixes(const struct page *page, const struct mixes *mixes)
{
    if (mixes->run == 0)
        return;
    fprintf(page->out, "fuzz: %zu of %zu random mixes valid, of seed %" PRIu64, mixes->valid,
            mixes->run, mixes->seed);
    if (mixes->run < mixes->count)
        fprintf(page->out, "; the other %zu were not run", mixes->count - mixes->run);
    fputc('\n', page->out);
}

/* Beside scored traces the others are many and tiny: they get a row only when they fail. */
static void print_table(const struct page *page, const struct grade *grade)
{
    size_t unscored = 0, valid = 0;
    fprintf(page->out, "%s%-26s %5s %7s %7s %8s %8s %7s%s\n", paint(page, BOLD), "trace",
            "valid", "util", "of ref", "ops", "ns/op", "ratio", paint(page, PLAIN));
    for (size_t i = 0; i < grade->trace_count; i++) {
        const struct grade_trace *trace = &grade->traces[i];
        unscored += !trace->scored;
        valid += !trace->scored && trace->valid;
        if (trace->scored || !trace->valid || !grade->score.scored)
            print_row(page, trace);
    }
    if (unscored)
        fprintf(page->out, "not scored: %zu of %zu traces valid\n", valid, unscored);
    print_mixes(page, &grade->mixes);
    fputs("\nutil: peak payload / peak heap; of ref: as a part of the reference's;\n"
          "ratio: speed beside the reference, run in turn with it\n",
          page->out);
}

/* "struct-small.rep:12: OVERLAP: ". Returns how many columns it takes. */
static size_t print_place(const struct page *page, const struct finding *finding)
{
    const char *trace = finding->trace ? finding->trace : "";
    char *name = say_escape(trace), line[32] = "";
    const char *code = finding_name(finding->code), *dot = finding->trace ? ".rep:" : "";
    const char *blank = finding->trace ? " " : "";
    bool error = finding_severity(finding->code) == SEVERITY_ERROR;
    if (finding->line)
        snprintf(line, sizeof line, "%" PRIu32 ":", finding->line);
    fprintf(page->out, "\n%s%s%s%s%s%s%s: ", name, dot, line, blank,
            paint(page, error ? RED : YELLOW), code, paint(page, PLAIN));
    size_t columns = strlen(name) + strlen(dot) + strlen(line) + strlen(blank) + strlen(code);
    free(name);
    return columns + 2;
}

/*
 * The message's first line is the sentence; what follows is shown as it is, indented. What
 * usually causes a finding of its code is said once.
 */
static void print_finding(struct page *page, const struct finding *finding)
{
    size_t column = print_place(page, finding), sentence = strcspn(finding->message, "\n");
    const char *cause = finding_usual_cause(finding->code), *rest = finding->message + sentence;
    say_wrapped(page->out, finding->message, sentence, column, "    ");
    if (*rest)
        say_escaped(page->out, rest + 1, strlen(rest + 1), "    ");
    if (!page->explained[finding->code]) {
        column = (size_t)fprintf(page->out, "  usual cause: ");
        say_wrapped(page->out, cause, strlen(cause), column, "    ");
    }
    page->explained[finding->code] = true;
    if (finding->next) {
        fputs("  try: ", page->out);
        say_escaped(page->out, finding->next, strlen(finding->next), "");
    }
}

/* Those of one severity in one list; `met` counts all, and only the first few are shown. */
static void print_list(struct page *page, const struct findings *list, enum severity severity,
                       size_t *met)
{
    for (size_t i = 0; i < list->count; i++)
        if (finding_severity(list->items[i].code) == severity && (*met)++ < FINDINGS_SHOWN)
            print_finding(page, &list->items[i]);
}

/*
 * What the compiler has to say comes before what traces show: it may name their cause. Then the
 * worst: advice on every trace must not hide the error on one.
 */
static void print_findings(struct page *page, const struct grade *grade)
{
    size_t met = 0;
    for (enum severity severity = SEVERITY_ERROR; severity <= SEVERITY_ADVICE; severity++)
        print_list(page, &grade->findings, severity, &met);
    for (enum severity severity = SEVERITY_ERROR; severity <= SEVERITY_ADVICE; severity++)
        for (size_t i = 0; i < grade->trace_count; i++)
            print_list(page, &grade->traces[i].findings, severity, &met);
    if (met > FINDINGS_SHOWN)
        fprintf(page->out, "\n... and %zu more; JSON=file keeps them all\n",
                met - FINDINGS_SHOWN);
}

static void print_output(const struct page *page, const struct grade *grade)
{
    size_t shown = grade->output_bytes < OUTPUT_SHOWN ? grade->output_bytes : OUTPUT_SHOWN;
    if (shown == 0)
        return;
    fputs("\nThe submission itself printed:\n", page->out);
    say_escaped(page->out, grade->output, shown, "  | ");
    if (shown < grade->output_bytes || grade->output_cut)
        fprintf(page->out, "  ... cut after %zu bytes\n", shown);
}

static void print_protections(const struct page *page, const struct grade *grade)
{
    size_t off = 0;
    for (size_t i = 0; i < GRADE_PROTECTIONS; i++) {
        if (strcmp(grade->protections[i].state, "on") == 0)
            continue;
        fprintf(page->out, "%s%s",
                off++ ? ", " : "\nnot confined by: ", grade->protections[i].name);
    }
    if (off)
        fputs(" (fine for your own code)\n", page->out);
}

static void print_checker_points(const struct page *page, const struct grade *grade)
{
    const struct checker_result *c = &grade->checker;
    fprintf(
        page->out, "\nchecker      %5.1f of %-4g %zu of %zu damages noticed, %zu false alarms",
        grade->score.checker, grade->policy.checker, c->noticed, c->consequential, c->alarms);
}

/* How well the score is known: speed is measured, and a measurement has an error. */
static void print_doubt(const struct page *page, const struct grade *grade)
{
    fprintf(page->out, " +- %.1f", grade->timing.half);
    if (!grade->official)
        fputs(", an estimate", page->out);
    else if (!grade->timing.known)
        fputs(", inconclusive", page->out);
}

/* What a student's own archive cannot know, nor an emulator show. */
static void print_blind_spots(const struct page *page, const struct grade *grade)
{
    if (grade->kit.emulator)
        fprintf(
            page->out,
            "\nThese programs ran under %s: validity and utilization are what their own\n"
            "processor would show. Speed is the emulator's, memory outside the heap is not\n"
            "charged, and the line behind a damaged byte is not looked for.\n",
            grade->kit.emulator);
    if (grade->yardstick && grade->score.scored)
        fputs(
            "\nWhat this score cannot see: the reference, which is not here (throughput was\n"
            "measured beside a yardstick, by the reference's published figures); the private\n"
            "variations of these traces that an official grade scores; traces that staff "
            "add.\n",
            page->out);
}

static void print_score(const struct page *page, const struct grade *grade)
{
    const struct score *score = &grade->score;
    const struct policy *policy = &grade->policy;
    size_t scored = 0, valid = 0;
    for (size_t i = 0; i < grade->trace_count; i++) {
        scored += grade->traces[i].scored;
        valid += grade->traces[i].scored && grade->traces[i].valid;
    }
    if (!score->scored) {
        fputs("\nno scored trace among these: no score\n", page->out);
        return;
    }
    fprintf(page->out, "\ncorrectness  %5.1f of %-4g", score->correctness, policy->correctness);
    fprintf(page->out, " %zu of %zu scored traces valid\n", valid, scored);
    fprintf(page->out, "utilization  %5.1f of %-4g", score->utilization, policy->utilization);
    if (!isnan(grade->utilization))
        fprintf(page->out, " %.1f %% on average", 100 * grade->utilization);
    fprintf(page->out, "\nthroughput   %5.1f of %-4g", score->throughput, policy->throughput);
    if (!isnan(grade->ratio))
        fprintf(page->out, " %.3g of the reference's", grade->ratio);
    if (isfinite(grade->low) && isfinite(grade->high) && grade->low > 0)
        fprintf(page->out, " (%.3g to %.3g)", grade->low, grade->high);
    if (policy->checker > 0)
        print_checker_points(page, grade);
    fprintf(page->out, "\n%sscore        %5.1f of %-4g%s", paint(page, BOLD), score->total,
            score->max, paint(page, PLAIN));
    print_doubt(page, grade);
    fputs(", policy ", page->out);
    say_escaped(page->out, policy->name, strlen(policy->name), "");
}

void report_print(const struct grade *grade, FILE *out, bool colour)
{
    struct page page = {.out = out, .colour = colour};
    if (grade->built)
        print_table(&page, grade);
    print_findings(&page, grade);
    print_output(&page, grade);
    print_protections(&page, grade);
    print_blind_spots(&page, grade);
    print_score(&page, grade);
}

void report_findings(const struct grade *grade, FILE *out, bool colour)
{
    struct page page = {.out = out, .colour = colour};
    print_findings(&page, grade);
    print_output(&page, grade);
}

static void print_missed(const struct checker_result *c, FILE *out)
{
    for (size_t i = 0; i < CHECKER_EXAMPLES && c->missed[i]; i++) {
        fprintf(out, "%s  %zu. ", i ? "" : "\nmissed, for example:\n", i + 1);
        say_wrapped(out, c->missed[i], strlen(c->missed[i]), 5, "     ");
    }
}

void report_checker(const struct grade *grade, FILE *out)
{
    const struct checker_result *c = &grade->checker;
    if (c->asked == 0) {
        fputs("\nno valid trace has two operations: correct the allocator first, or name "
              "others\n",
              out);
        return;
    }
    fprintf(out, "\nthe heap checker, with seed %llu\n", (unsigned long long)c->seed);
    fprintf(out, "  sound heaps     %6zu asked about, %zu false alarm%s\n", c->asked, c->alarms,
            c->alarms == 1 ? "" : "s");
    if (c->left_out)
        fprintf(out, "  traces left out %6zu, on which the allocator itself fails\n",
                c->left_out);
    fprintf(out, "  damaged heaps   %6zu, of which %zu broke something later\n", c->damages,
            c->consequential);
    if (c->consequential)
        fprintf(out,
                "  noticed         %6zu of %zu: %.1f %% (%.1f to %.1f, 95 %% confidence)\n",
                c->noticed, c->consequential, 100 * c->rate, 100 * c->low, 100 * c->high);
    if (c->lost)
        fprintf(out, "  did not answer  %6zu times: it crashed, or did not come back\n",
                c->lost);
    print_missed(c, out);
}
