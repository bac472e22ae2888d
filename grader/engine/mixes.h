/* mixes.h - the category `fuzz` of a grade: many short mixes (fuzz.h), each checked. */
#ifndef MIXES_H
#define MIXES_H

#include "checked.h"

/* After so many mixes that are not valid the rest is not run: each may take its time. */
enum { MIXES_FAILED = 8 };

/* A mix is far shorter than a trace, and there are many: of its time one may take this part. */
enum { MIXES_PART = 10 };

struct mixes {
    uint64_t seed;
    size_t count;      /* how many there are */
    size_t run, valid; /* how many were run; and no error was found */
    size_t operations; /* in those that were run */
};

/*
 * Runs the mixes of mixes->seed and sets the rest of *mixes. Findings name the mix they were
 * made on; `options->name` is not used.
 */
void mixes_check(const struct process_rules *rules, const struct checked_options *options,
                 struct mixes *mixes, struct findings *findings);

#endif
