/*
 * job.h - the grading of one submission: what each of its steps reads and adds to.
 *
 * mdriver.c takes the steps in order: input and yardstick, protection, trial, contest, marks,
 * advice. Each is a file of its own, and this is all that they share.
 */
#ifndef JOB_H
#define JOB_H

#include "checked.h"
#include "grade.h"
#include "process.h"
#include "published.h"
#include "settings.h"
#include "submission.h"
#include "traceset.h"
#include <stdbool.h>
#include <stdint.h>

struct variation;

/* Everything that is at hand while one submission is graded. */
struct job {
    struct settings settings;
    struct submission submission;
    struct traceset set;
    struct checked_result *checked; /* per trace */
    struct variation *variations;   /* per trace */
    struct published published;     /* what stands for a reference that is not at hand */
    struct process_rules rules;
    struct checked_baseline baseline; /* what a runner needs by itself */
    uint64_t empty_image_pages;       /* pages of that runner's writable data */
    struct grade grade;
};

#endif
