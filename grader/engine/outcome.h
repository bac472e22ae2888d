/* outcome.h - a runner that did not carry out its order, in words. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "finding.h"
#include "process.h"
#include "shadow.h"

/*
 * Adds the finding for `outcome` of process `p`; none for OUTCOME_DONE.
 * `shadow` says where an address lies among the live payloads; NULL: nobody knows.
 * `what` is what it was doing, "malloc(64)" or "mm_init"; trace and line as in findings_add.
 */
void outcome_report(struct findings *findings, const struct process *p,
                    const struct shadow *shadow, enum outcome outcome, const char *trace,
                    uint32_t line, const char *what);

#endif
