#include "advice.h"
#include "quote.h"
#include "say.h"
#include <stdio.h>
#include <string.h>

/* More operations than these nobody follows by hand. */
enum { SHORT_TRACE = 40 };

/* Findings that a single checked run of a part of the trace may show again. */
static bool can_shrink(const struct finding *finding)
{
    return finding_severity(finding->code) == SEVERITY_ERROR &&
           finding->code != FINDING_NONDETERMINISTIC && finding->code != FINDING_BUSY;
}

/* What a compiler says of an mm.c that was written for the classic profile. */
static bool has_classic_shape(const struct finding *finding)
{
    return finding->code == FINDING_COMPILE &&
           (strstr(finding->message, "unknown type name 'team_t'") ||
            strstr(finding->message, "conflicting types for 'mm_init'"));
}

/* What to do before the next grade, where there is no trace to look at. */
static const char *first_step(const struct finding *finding)
{
    if (finding->code == FINDING_COMPILE &&
        (strstr(finding->message, ": No such file or directory") ||
         strstr(finding->message, "' file not found")))
        return "put what it includes into this one file, the only one that is graded";
    return "correct it";
}

/* The command that shows a finding again, and more of it. `trace` NULL: it has none. */
static void advise(const struct settings *settings, struct findings *list,
                   const struct grade_trace *trace)
{
    char next[8400], submission[4096], path[4096];
    const char *classic = settings->profile->classic ? " PROFILE=classic" : "";
    quote_word(settings->submission, submission, sizeof submission);
    if (trace)
        quote_word(trace->path, path, sizeof path);
    for (size_t i = 0; i < list->count; i++) {
        struct finding *finding = &list->items[i];
        if (!*classic && has_classic_shape(finding))
            snprintf(
                next, sizeof next,
                "make grade PROFILE=classic SUBMISSION=%s, if it was written for the CS:APP "
                "malloc lab",
                submission);
        else if (finding->code == FINDING_INCONCLUSIVE)
            snprintf(next, sizeof next,
                     "make doctor, then make grade OFFICIAL=1 SUBMISSION=%s%s", submission,
                     classic);
        else if (!trace)
            snprintf(next, sizeof next, "%s, then make grade SUBMISSION=%s%s",
                     first_step(finding), submission, classic);
        else if (can_shrink(finding) && !finding->line)
            snprintf(next, sizeof next,
                     "make gdb SUBMISSION=%s TRACE=%s%s DO=\"-ex 'break mm_init' -ex run\"",
                     submission, path, classic);
        else if (can_shrink(finding) && trace->operations > SHORT_TRACE)
            snprintf(next, sizeof next, "make shrink SUBMISSION=%s TRACE=%s%s%s", submission,
                     path, classic, settings->checkheap ? " CHECKHEAP=1" : "");
        else if (finding->code == FINDING_NONDETERMINISTIC)
            snprintf(next, sizeof next, "make %s SUBMISSION=%s %s=%s%s",
                     settings->checkheap ? "grade" : "valgrind", submission,
                     settings->checkheap ? "TRACES" : "TRACE", path, classic);
        else if ((settings->checkheap || settings->shrink) && finding->line)
            snprintf(next, sizeof next, "make gdb SUBMISSION=%s TRACE=%s LINE=%u%s", submission,
                     path,
                     finding->culprit.trace_line ? finding->culprit.trace_line : finding->line,
                     classic);
        else
            snprintf(next, sizeof next, "%smake grade SUBMISSION=%s TRACES=%s%s",
                     can_shrink(finding) ? "" : "correct it, then ", submission, path,
                     *classic || !can_shrink(finding) ? classic : " CHECKHEAP=1");
        finding->next = must_copy(next);
    }
}

/* A mix is in no file yet: the command writes it and grades it alone. */
static void advise_mixes(const struct settings *settings, struct findings *list)
{
    char next[12600], submission[4096], policy[4096];
    quote_word(settings->submission, submission, sizeof submission);
    quote_word(settings->policy, policy, sizeof policy);
    for (size_t i = 0; i < list->count; i++) {
        const char *number = strchr(list->items[i].trace, '-');
        snprintf(next, sizeof next, "make fuzz-mix MIX=%s POLICY=%s SUBMISSION=%s%s",
                 number ? number + 1 : "0", policy, submission,
                 settings->profile->classic ? " PROFILE=classic" : " CHECKHEAP=1");
        list->items[i].next = must_copy(next);
    }
}

size_t advice_add(struct job *job)
{
    struct grade *grade = &job->grade;
    size_t count = grade->findings.count;
    advise(&job->settings, &grade->findings, NULL);
    for (size_t i = 0; i < grade->trace_count; i++) {
        if (grade->traces[i].path)
            advise(&job->settings, &grade->traces[i].findings, &grade->traces[i]);
        else
            advise_mixes(&job->settings, &grade->traces[i].findings);
        count += grade->traces[i].findings.count;
    }
    return count;
}
