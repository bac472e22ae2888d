/*
 * finding.h - what the referee has found out about an allocator.
 *
 * A finding has a stable code for programs and sentences for people: what happened and
 * where, the usual cause, and what to type next. Codes are never renamed or reused.
 */
#ifndef FINDING_H
#define FINDING_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

enum finding_code {
    FINDING_OVERLAP,
    FINDING_MISALIGNED,
    FINDING_OUT_OF_HEAP,
    FINDING_PAST_BREAK,
    FINDING_CORRUPTED,
    FINDING_REALLOC_LOST,
    FINDING_NOT_ZEROED,
    FINDING_OVERFLOW,
    FINDING_NO_MEMORY,
    FINDING_INIT_FAILED,
    FINDING_CRASH,
    FINDING_EXITED,
    FINDING_TIMEOUT,
    FINDING_TOUCHED_TOO_MUCH,
    FINDING_NONDETERMINISTIC,
    FINDING_BUSY,
    FINDING_CHECKHEAP,
    FINDING_FORBIDDEN,
    FINDING_COMPILE,
    FINDING_WARNINGS,
    FINDING_STATIC_DATA,
    FINDING_PRIVATE_STATE,
    FINDING_MACROS,
    FINDING_INCONCLUSIVE,
    FINDING_OVERFITTED,
    FINDING_METRICS_DISAGREE,
    FINDING_BEYOND_CLASSIC,
    FINDING_CODES /* how many there are */
};

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_ADVICE };

struct finding {
    enum finding_code code;
    char *trace;   /* name; NULL when no trace is meant */
    uint32_t line; /* in the trace; 0 when no line is meant */
    char *message; /* a sentence; further lines, if any, are details */
    char *next;    /* what to type next; NULL until the caller knows */
    struct {
        char file[64], function[64];
        unsigned line;       /* 0: it is not known */
        uint32_t trace_line; /* of the operation that did it; 0: it is not known */
    } culprit;               /* the line of the submission that did it */
};

/* Starts as {0}; findings_clear() releases all of it. */
struct findings {
    struct finding *items;
    size_t count, room;
};

/* Adds a finding; the text is copied. */
void findings_add(struct findings *list, enum finding_code code, const char *trace,
                  uint32_t line, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The same with the arguments in a list. */
void findings_addv(struct findings *list, enum finding_code code, const char *trace,
                   uint32_t line, const char *format, va_list args);

/* Moves all findings of `from` to the end of `to`. */
void findings_move(struct findings *to, struct findings *from);

void findings_clear(struct findings *list);

/* "OVERLAP"; "error"; "a split block kept its old size". */
const char *finding_name(enum finding_code code);
enum severity finding_severity(enum finding_code code);
const char *severity_name(enum severity severity);
const char *finding_usual_cause(enum finding_code code);

/* How many findings of this severity the list holds. */
size_t findings_of(const struct findings *list, enum severity severity);

#endif
