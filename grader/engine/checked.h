/*
 * checked.h - the checked run: is this allocator correct on this trace, and how much heap
 * does it need?
 *
 * Referee and runner go through the trace in lock-step. The referee shows one operation,
 * takes the pointer, judges it against its own shadow of the heap, fills the payload, and
 * looks at every byte again before its free or realloc is shown, at the end, and sometimes in
 * between.
 */
#ifndef CHECKED_H
#define CHECKED_H

#include "finding.h"
#include "process.h"
#include "shadow.h"
#include "trace.h"
#include <stdbool.h>
#include <stdint.h>

/* What a visitor of a checked run finds: after mm_init, and after each sound operation. */
struct checked_moment {
    size_t performed; /* operations so far */
    uint32_t line;    /* of the last one in the trace */
    uint64_t pointer; /* what it returned */
    struct process *process;
    const struct shadow *shadow;
};

/* Returns whether the run goes on; if not it ends there, without a finding. */
typedef bool checked_visitor(void *context, const struct checked_moment *moment);

struct checked_options {
    const char *program; /* the runner with the allocator in it */
    const char *name;    /* of the trace, for findings */
    uint32_t alignment;  /* of payloads, bytes */
    bool checkheap;      /* call mm_checkheap after every operation */
    bool brief;          /* do not look for state outside the heap in between */
    bool demanding;      /* classic profile: also what that lab never asks for */
    uint64_t *breaks;    /* NULL, or room for the break after mm_init and each operation */
    bool explain;        /* look for the line of source behind a finding, culprit.h */
    const double *order_seconds; /* of checked_baseline(): not the allocator's own time */
    const uint64_t *secret;      /* NULL, or two words to fill payloads by, to repeat a run */
    checked_visitor *visit;      /* or NULL */
    void *context;               /* for it */
};

/* The time of operations is noted so often. */
enum { CHECKED_PARTS = 32 };

struct checked_result {
    bool valid;             /* no error was found */
    size_t performed;       /* operations carried out */
    uint64_t peak_payload;  /* highest sum of the sizes of live payloads, bytes */
    uint64_t peak_heap;     /* highest program break, bytes */
    uint64_t sbrk_calls;    /* requests to move the break */
    uint64_t pages_touched; /* heap pages that a program using its payloads would touch */
    uint64_t private_pages; /* written outside the heap, most that was seen */
    uint64_t residue;   /* bytes outside the heap that changed from call to call, likewise */
    uint64_t *pointers; /* per operation: what it returned, an address in the runner */
    const uint64_t *breaks;     /* as the options', where whoever runs it keeps them; or NULL */
    bool slow_in_all;           /* TIMEOUT: no call is too slow, all of them together are */
    double seconds;             /* wall time of it all */
    double pace[CHECKED_PARTS]; /* about how many seconds of wall time the runner took for the
                                   first 1/32 of the operations, the first 2/32, ..., all */
};

/*
 * Runs the trace. Findings are added to `findings`; an error ends the trace. The result's
 * pointers are the caller's, for free().
 */
void checked_run(const struct process_rules *rules, const struct checked_options *options,
                 const struct trace *trace, struct checked_result *result,
                 struct findings *findings);

/*
 * Seconds for all `count` operations, if the first `performed` of them took `seconds`: an
 * allocator that searches gets slower as the heap fills, and this complete run has shown how
 * much. Without any of them it is this run's own time.
 */
double checked_reckon(const struct checked_result *result, double seconds, size_t performed,
                      size_t count);

/* What a runner needs by itself. */
struct checked_baseline {
    uint64_t private_pages;  /* of an allocator that keeps no state */
    double order_seconds[2]; /* wall time for an operation of one that does nothing: where both
                                sides share a core, and where they spin on two */
};

/* Measures it with `program`, such an allocator's. Ends the referee where it cannot. */
struct checked_baseline checked_baseline(const struct process_rules *rules,
                                         const char *program);

#endif
