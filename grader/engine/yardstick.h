/* yardstick.h - the reference is not at hand: what its published table says (published.h). */
#ifndef YARDSTICK_H
#define YARDSTICK_H

#include "job.h"

/*
 * Reads the table that the policy names, if it names one: a yardstick is worth its table. Ends
 * the program (exit 2) when it cannot be read.
 */
void yardstick_read(struct job *job);

/* What is known of the reference on this trace, where it is not at hand; or NULL. */
const struct published_trace *yardstick_find(const struct job *job, const char *trace);

/* A trace of which nothing is published cannot be scored: it is a category of its own. */
const char *yardstick_category(const struct job *job, const struct traceset_entry *entry);

#endif
