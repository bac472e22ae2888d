/*
 * shorten.h - makes a short trace of a failing one, for a submission that was built.
 *
 * Each candidate has a checked run of its own and must show the same finding. The time is
 * limited; then the shortest so far is what there is.
 */
#ifndef SHORTEN_H
#define SHORTEN_H

#include "finding.h"
#include "process.h"
#include "trace.h"

struct shorten_options {
    const char *program; /* the runner with the submission in it */
    const char *name;    /* of the trace */
    const char *out;     /* file to write the short one to */
    uint32_t alignment;
    bool checkheap;
};

/*
 * Writes the short trace, runs it once more from its file, and adds its findings, explained.
 * Says on stdout how it went. Ends the program when the trace is valid, or the file cannot
 * be written.
 */
void shorten(const struct process_rules *rules, const struct shorten_options *options,
             const struct trace *trace, struct findings *findings);

#endif
