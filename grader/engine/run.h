/*
 * run.h - one checked run while it goes on: what checked.c starts, run.c leads from operation
 * to operation, and judge.c judges.
 */
#ifndef RUN_H
#define RUN_H

#include "checked.h"
#include "culprit.h"
#include "finding.h"
#include "payload.h"
#include "process.h"
#include "residue.h"
#include "shadow.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run {
    const struct checked_options *options;
    const struct trace *trace;
    struct process process;
    struct shadow shadow;
    struct filler filler;
    uint64_t asked;   /* bytes requested so far */
    uint32_t *blocks; /* per id: the payload's index in the shadow, or SHADOW_NONE */
    struct checked_result *result;
    struct findings *findings;
    bool checkheap;
    bool eager;
    size_t at;               /* the operation that is due, or CULPRIT_INIT */
    struct suspect suspect;  /* of the last finding */
    struct culprit *culprit; /* in a replay */
    bool tracing;            /* the second replay: follow one operation */
    uint64_t secret[2];      /* of the filler and of the heap: a replay has the same */
    uint8_t *slack_secret;
    uint64_t looks;          /* secret, and not to be computed from what the others fill */
    size_t fullest;          /* the operation after which most payload is live */
    struct payload borrowed; /* the first payload that was found damaged in between, and */
    uint32_t borrowed_at;    /* after which line; 0: none was */
    struct residue residue;  /* private memory after mm_init */
    double worked;           /* seconds, by a sample of the operations */
    size_t parts;            /* of the pace that are known */
};

static inline const struct payload *payload_at(const struct run *run, uint32_t index)
{
    return &run->shadow.payloads[index];
}

static inline struct finding *last_finding(const struct run *run)
{
    return &run->findings->items[run->findings->count - 1];
}

/*
 * Goes through the trace in a runner of its own, and adds what is wrong to the findings.
 * `eager`: every payload is filled at once. Returns whether only an eager run can tell if the
 * allocator is right; what was found before then means nothing.
 */
bool run_once(struct run *run, const struct process_rules *rules, bool eager);

#endif
