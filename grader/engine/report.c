#include "report.h"
#include "say.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* More findings than this are counted and not shown: nobody reads the twentieth. */
enum { FINDINGS_SHOWN = 8 };

/* The submission's own words: as many bytes of them. The record has them all. */
enum { OUTPUT_SHOWN = 2000 };

struct page {
    FILE *out;
    bool colour;
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
    fprintf(page->out, "%-26.26s %s%5s%s", trace->name, paint(page, trace->valid ? GREEN : RED),
            trace->valid ? "yes" : "no", paint(page, PLAIN));
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

/* Traces that are not scored are many and tiny: they get a row only when they fail. */
static void print_table(const struct page *page, const struct grade *grade)
{
    size_t unscored = 0, valid = 0;
    fprintf(page->out, "%s%-26s %5s %7s %7s %8s %8s %7s%s\n", paint(page, BOLD), "trace",
            "valid", "util", "of ref", "ops", "ns/op", "ratio", paint(page, PLAIN));
    for (size_t i = 0; i < grade->trace_count; i++) {
        const struct grade_trace *trace = &grade->traces[i];
        unscored += !trace->scored;
        valid += !trace->scored && trace->valid;
        if (trace->scored || !trace->valid)
            print_row(page, trace);
    }
    if (unscored)
        fprintf(page->out, "not scored: %zu of %zu traces valid\n", valid, unscored);
    fputs("\nutil: peak payload / peak heap; of ref: as a part of the reference's;\n"
          "ratio: speed beside the reference, run in turn with it\n",
          page->out);
}

/* The message's first line is the sentence; what follows is indented below it. */
static void print_message(const struct page *page, const char *message)
{
    const char *newline = strchr(message, '\n');
    size_t first = newline ? (size_t)(newline - message) : strlen(message);
    say_escaped(page->out, message, first, "");
    if (newline)
        say_escaped(page->out, newline + 1, strlen(newline + 1), "    ");
}

static void print_finding(const struct page *page, const struct finding *finding)
{
    enum severity severity = finding_severity(finding->code);
    fputc('\n', page->out);
    if (finding->trace) {
        fprintf(page->out, "%s.rep:", finding->trace);
        if (finding->line)
            fprintf(page->out, "%" PRIu32 ":", finding->line);
        fputc(' ', page->out);
    }
    fprintf(page->out, "%s%s%s: ", paint(page, severity == SEVERITY_ERROR ? RED : YELLOW),
            finding_name(finding->code), paint(page, PLAIN));
    print_message(page, finding->message);
    fprintf(page->out, "  usual cause: %s\n", finding_usual_cause(finding->code));
    if (finding->next) {
        fputs("  try: ", page->out);
        say_escaped(page->out, finding->next, strlen(finding->next), "");
    }
}

static void print_findings(const struct page *page, const struct grade *grade)
{
    size_t shown = 0, hidden = 0;
    for (size_t i = 0; i <= grade->trace_count; i++) {
        const struct findings *list = i ? &grade->traces[i - 1].findings : &grade->findings;
        for (size_t k = 0; k < list->count; k++) {
            if (shown == FINDINGS_SHOWN) {
                hidden++;
                continue;
            }
            print_finding(page, &list->items[k]);
            shown++;
        }
    }
    if (hidden)
        fprintf(page->out, "\n... and %zu more; JSON=file keeps them all\n", hidden);
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
    const char *comma = "";
    size_t off = 0;
    for (size_t i = 0; i < GRADE_PROTECTIONS; i++) {
        if (strcmp(grade->protections[i].state, "on") == 0)
            continue;
        fprintf(page->out, "%s%s",
                off++ ? comma : "\nnot confined by: ", grade->protections[i].name);
        comma = ", ";
    }
    if (off)
        fputs(" (fine for your own code)\n", page->out);
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
        fprintf(page->out, " %.3g of the reference's speed (%.3g to %.3g, an estimate)",
                grade->ratio, grade->low, grade->high);
    fprintf(page->out, "\n%sscore        %5.1f of %-4g%s policy %s\n", paint(page, BOLD),
            score->total, score->max, paint(page, PLAIN), policy->name);
}

void report_print(const struct grade *grade, FILE *out, bool colour)
{
    struct page page = {.out = out, .colour = colour};
    if (grade->built)
        print_table(&page, grade);
    print_findings(&page, grade);
    print_output(&page, grade);
    print_protections(&page, grade);
    print_score(&page, grade);
}
