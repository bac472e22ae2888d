/*
 * tracestat.c - describes traces: operations, sizes, lifetimes, live payload, and how good
 * the utilization of an allocator can be at best.
 *
 *     tracestat TRACE...
 *     tracestat --bounds TRACE...     a line each: path, tab, the two bounds as fractions
 *
 * Each TRACE is a .rep file or a folder of them.
 * Exit status: 0, or 2 with one sentence on stderr for a trace that cannot be read.
 */
#include "../../engine/file.h"
#include "../../engine/traceset.h"
#include "profile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define BAR_WIDTH  32
#define CURVE_ROWS 8

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* "640 B", "1.5 KiB", "2.0 TiB": rounded, for people. Returns `text`. */
static const char *short_size(uint64_t bytes, char text[16])
{
    static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes;
    int i = 0;
    for (; value >= 1024; i++)
        value /= 1024;
    snprintf(text, 16, i ? "%.1f %s" : "%.0f %s", value, unit[i]);
    return text;
}

/* The values that bin number `bin` of a histogram counts. Returns `text`. */
static const char *range(int bin, char text[40])
{
    if (bin <= 1)
        snprintf(text, 40, "%d", bin);
    else if (bin <= 20) /* below 2^20 digits are easier to read */
        snprintf(text, 40, "%" PRIu64 " .. %" PRIu64, UINT64_C(1) << (bin - 1),
                 (UINT64_C(1) << bin) - 1);
    else
        snprintf(text, 40, "2^%d .. 2^%d - 1", bin - 1, bin);
    return text;
}

static void print_line(const char *what, uint64_t count, uint64_t total)
{
    char bar[BAR_WIDTH + 1];
    size_t width = (size_t)(percent(count, total) * BAR_WIDTH / 100 + 0.5);
    memset(bar, '#', width);
    bar[width] = '\0';
    printf("    %18s %10" PRIu64 " %5.1f%%%s%s\n", what, count, percent(count, total),
           width ? "  " : "", bar);
}

static void print_histogram(const struct histogram *h, uint64_t total)
{
    char text[40];
    for (int bin = 0; bin < HISTOGRAM_BINS; bin++)
        if (h->count[bin])
            print_line(range(bin, text), h->count[bin], total);
}

static void print_operations(const struct trace *trace, const struct profile *p)
{
    printf("  operations  %zu on %" PRIu32 " ids\n", trace->count, trace->ids);
    printf("              malloc %" PRIu64 ", calloc %" PRIu64 ", realloc %" PRIu64
           ", free %" PRIu64 "\n",
           p->operations[OP_MALLOC], p->operations[OP_CALLOC], p->operations[OP_REALLOC],
           p->operations[OP_FREE]);
    printf("  special     size 0: %" PRIu64 ", free(NULL): %" PRIu64 ", realloc(NULL): %" PRIu64
           ", refused: %" PRIu64 "\n",
           p->empty, p->free_null, p->realloc_null, p->refused);
    uint64_t resized = p->grown + p->same + p->shrunk;
    printf("  reallocs    %" PRIu64 " of a live block", resized);
    if (resized)
        printf(": %.1f%% grow, %.1f%% shrink, %.1f%% stay", percent(p->grown, resized),
               percent(p->shrunk, resized), percent(p->same, resized));
    putchar('\n');
}

static void print_curve(const struct profile *p)
{
    char text[16];
    puts("\n  live payload over time");
    for (int row = CURVE_ROWS; row > 0; row--) {
        printf("    %10s |", row == CURVE_ROWS ? short_size(p->peak, text) : "");
        for (int i = 0; i < CURVE_COLUMNS; i++) {
            /* A column is filled up to the row whose middle it reaches. */
            double rows = p->peak ? (double)p->curve[i] / (double)p->peak * CURVE_ROWS : 0;
            putchar(rows >= row - 0.5 ? '#' : ' ');
        }
        putchar('\n');
    }
    printf("    %10s +", "0");
    for (int i = 0; i < CURVE_COLUMNS; i++)
        putchar('-');
    putchar('\n');
}

static void print_bounds(const struct profile *p)
{
    printf("\n  peak        %" PRIu64 " bytes in %" PRIu64 " blocks, after operation %" PRIu64
           " (line %" PRIu64 ")\n",
           p->peak, p->peak_blocks, p->peak_at, p->peak_line);
    printf("  allocated   %" PRIu64 " bytes in all", p->allocated);
    if (p->peak)
        printf(", %.1f times the peak", (double)p->allocated / (double)p->peak);
    printf("\n  utilization at most %.2f%% when sizes are rounded up to 16,\n",
           percent(p->peak, p->peak_rounded));
    printf("              at most %.2f%% with an 8-byte header and blocks of 32 or more\n",
           percent(p->peak, p->peak_with_header));
}

static void print_profile(const char *path, const struct trace *trace)
{
    struct profile p = profile_of(trace);
    puts(path);
    print_operations(trace, &p);
    puts("\n  size in bytes             requests");
    print_histogram(&p.sizes, p.sizes.total);
    puts("\n  lifetime in operations      blocks");
    print_histogram(&p.lives, p.lives.total + p.never_freed);
    if (p.never_freed)
        print_line("never freed", p.never_freed, p.lives.total + p.never_freed);
    print_curve(&p);
    print_bounds(&p);
}

/* For programs: bench.py reads these lines. */
static void print_bounds_line(const char *path, const struct trace *trace)
{
    struct profile p = profile_of(trace);
    printf("%s\t%.6f\t%.6f\n", path, percent(p.peak, p.peak_rounded) / 100,
           percent(p.peak, p.peak_with_header) / 100);
}

static void print(const char *path, const struct trace *trace, bool bounds_only)
{
    static bool again;
    if (bounds_only) {
        print_bounds_line(path, trace);
        return;
    }
    fputs(again ? "\n" : "", stdout);
    print_profile(path, trace);
    again = true;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void print_folder(const char *path, bool bounds_only)
{
    struct traceset set = {0};
    traceset_add(&set, path);
    for (size_t i = 0; i < set.count; i++)
        print(set.entries[i].path, &set.entries[i].trace, bounds_only);
}

static void complain(const char *path, const struct trace_error *error)
{
    if (error->line)
        fprintf(stderr, "%s:%zu: %s\n", path, error->line, error->text);
    else
        fprintf(stderr, "%s: %s\n", path, error->text);
}

int main(int argc, char **argv)
{
    bool bounds_only = argc > 1 && strcmp(argv[1], "--bounds") == 0;
    int first = bounds_only ? 2 : 1, status = 0;
    if (argc <= first) {
        fputs("tracestat: expected a trace\n", stderr);
        return 2;
    }
    for (int i = first; i < argc; i++) {
        struct trace trace;
        struct trace_error error;
        if (is_folder(argv[i])) {
            print_folder(argv[i], bounds_only);
        } else if (trace_read(argv[i], &trace, &error)) {
            print(argv[i], &trace, bounds_only);
            trace_free(&trace);
        } else {
            complain(argv[i], &error);
            status = 2;
        }
    }
    file_finish(stdout, "the standard output");
    return status;
}
