/*
 * checker.h - how good is a heap checker? The referee damages heaps and asks it.
 *
 * A trial chooses a trace, a moment in it and a damage (damage.h), all by the seed. In one
 * run the trace goes on with the damaged heap, and nobody asks: was there a finding, or a
 * pointer unlike that of the sound run? Then the damage had consequences. In two more runs
 * mm_checkheap is asked at the same moment, without the damage and with it; nothing else
 * differs between the two. To notice means to call the first heap sound and the second one not.
 * Who guesses is right as often as he is wrong: each time that he has it the wrong way round
 * takes away one of those noticed. A checker that crashes or does not come back has not
 * noticed.
 *
 * Besides, it is asked at many moments on sound heaps: each complaint is a false alarm.
 * Traces on which the allocator is not valid say nothing about its checker and are left out.
 */
#ifndef CHECKER_H
#define CHECKER_H

#include "process.h"
#include "traceset.h"
#include <stdint.h>

/* So many operations of a trace are used, at most. */
#define CHECKER_OPERATIONS ((size_t)400)
/* So many moments of a trace are asked about, at most. */
#define CHECKER_ASKED ((size_t)40)
/* Damages with consequences that are looked for, and how many damages in all, at most. */
#define CHECKER_WANTED  ((size_t)150)
#define CHECKER_DAMAGES ((size_t)1500)

enum { CHECKER_EXAMPLES = 3 };

struct checker_job {
    const struct process_rules *rules;
    const char *program; /* the runner with the allocator in it */
    uint32_t alignment;  /* of payloads, bytes */
    const struct traceset *set;
    uint64_t seed;
    size_t damages; /* to do at most: CHECKER_DAMAGES, or fewer for a quick look */
};

struct checker_result {
    size_t left_out;                /* traces on which the allocator is not valid */
    uint64_t seed;                  /* which repeats all of it */
    size_t asked, alarms;           /* on sound heaps; complaints among them */
    size_t damages, consequential;  /* those that broke something later */
    size_t noticed, lost;           /* of those; lost: it crashed or did not come back */
    double rate, low, high;         /* noticed / consequential, 95 % interval; or NAN */
    char *missed[CHECKER_EXAMPLES]; /* in words, or NULL */
};

/* Runs all trials. The same seed gives the same result. The words in it are the caller's. */
void checker_run(const struct checker_job *job, struct checker_result *result);

#endif
