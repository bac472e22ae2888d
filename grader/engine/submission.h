/*
 * submission.h - one mm.c on its way to a runner: taken, hashed, compiled, measured.
 *
 * Only the one file is taken, into a fresh folder below the built kit, where the compiler
 * finds nothing else of its owner's. The folder is removed when the program ends.
 */
#ifndef SUBMISSION_H
#define SUBMISSION_H

#include "file.h"
#include "finding.h"
#include "settings.h"
#include <stdbool.h>
#include <stdint.h>

enum { SUBMISSION_FOLDER = 4096 };

struct submission {
    char folder[SUBMISSION_FOLDER], runner[FILE_PATH]; /* where it is built, and the program */
    char sha256[65];
    uint64_t static_bytes; /* writable static data */
    uint64_t image_pages;  /* of the program's data, the runner's own included */
};

/*
 * Copies it. Ends the program (exit 2) when there is no such file of reasonable size. A
 * finished runner (settings.h) stays where it is, and submission_build() leaves it so.
 */
void submission_take(struct submission *submission, const struct settings *settings);

/*
 * Compiles it; `version` is the compiler's own name for itself. Returns false, with the finding
 * that says why, when it does not compile. More static data than is free is a finding too. Ends
 * the program when there is no compiler.
 */
bool submission_build(struct submission *submission, const struct settings *settings,
                      const char *version, struct findings *findings);

/* Names the function-like macros of its source, as advice. */
void submission_report_macros(const struct submission *submission, struct findings *findings);

/* How many pages the writable data of a program fills. Ends ours when it cannot be read. */
uint64_t submission_image_pages(const char *program);

/*
 * Have this kit's programs a loader? They have where no static C library is installed
 * (Makefile). It opens files and maps code before our first instruction; no filter allows that.
 */
bool submission_needs_loader(const struct settings *settings);

/* How many bytes of static data count as heap. */
uint64_t submission_excess(const struct submission *submission);

/* The sha256 of a file in hexadecimal digits, by coreutils' sha256sum. */
void submission_hash(const char *path, char hash[65]);

#endif
