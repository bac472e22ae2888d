/*
 * judge.h - what a runner did in a checked run: is it lawful?
 *
 * Every judge returns true when all is well. Otherwise it records a finding, notes in
 * run->suspect what a replay has to look for, and returns false, which ends the trace.
 * `op` is the operation that is due; `start`, `size` are bytes from the start of the heap;
 * `what` is what the runner was doing, "malloc(64)" or "mm_init".
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "process.h"
#include "run.h"
#include "trace.h"
#include <stdbool.h>
#include <stdint.h>

/* Adds to what was asked for. A request beyond the limit is refused and costs nothing. */
void judge_count_request(struct run *run, const struct operation *op);

/* Did it carry out its order, and in time? */
bool judge_outcome(struct run *run, enum outcome outcome, uint32_t line, const char *what);

/* mm_init's answer. */
bool judge_ready(struct run *run, bool ready);

/* The bytes between the break and the end of its page. */
bool judge_slack(struct run *run, uint32_t line, const char *what);

/* The break may not fall below a live payload, not even for a moment: its page is lost. */
bool judge_break(struct run *run, const struct operation *op);

/*
 * May this request be answered by NULL? And by anything else, if its product overflows? `did`
 * says what was done instead: "returned a pointer".
 */
bool judge_null(struct run *run, const struct operation *op);
bool judge_product(struct run *run, const struct operation *op, const char *did);

/* Is [pointer, pointer + size) a place that the allocator may hand out? */
bool judge_place(struct run *run, const struct operation *op, uint64_t pointer, uint64_t size);

/* calloc's bytes. */
bool judge_zero(struct run *run, const struct operation *op, uint64_t start, uint64_t size);

/* What realloc must keep of `old`, now at `start`. */
bool judge_kept(struct run *run, const struct operation *op, const struct payload *old,
                uint64_t start);

/* A live payload's bytes, seen `before` something; of all that are left at the end. */
bool judge_intact(struct run *run, const struct payload *p, uint32_t line, const char *before);
bool judge_survivors(struct run *run);

/*
 * Notes a live payload that is damaged after `line`. Where that is seen before its free or at
 * the end it is said there, each time at the same line; the other judge says what was not.
 */
void judge_note_borrowed(struct run *run, uint32_t line);
bool judge_borrowed(struct run *run);

/* Counts private pages; a runner that is gone hides what it had. */
bool judge_private(struct run *run);

/*
 * Asks the student's own checker, if that is wanted. Its word ends nothing; it is asked no more
 * once it said no.
 */
bool judge_checkheap(struct run *run, const struct operation *op);

#endif
