/* compile.h - turns a submission into a runner, with the compiler's words as findings. */
#ifndef COMPILE_H
#define COMPILE_H

#include "finding.h"
#include <stdbool.h>

struct compile_rules {
    const char *compiler; /* "cc", or with leading words: "ccache cc" */
    const char *flags;    /* for every submission and for the reference alike */
    const char *link;     /* flags for linking */
    bool clang;           /* the compiler is not gcc */
    bool classic;
};

/*
 * In the sandbox (sandbox.h), compiles `folder`/mm.c (absolute; nothing else of the submission
 * is there) to `folder`/mm.o and links it to `folder`/runner. Returns false with a COMPILE
 * finding when that does not work; adds WARNINGS when the compiler had something to say. Ends
 * the program (exit 2) where the machine is at fault: no compiler, memory or disk.
 */
bool compile_submission(const struct compile_rules *rules, const char *folder,
                        struct findings *findings);

#endif
