/* protection.h - the layers that keep student code in its place, for one grade. */
#ifndef PROTECTION_H
#define PROTECTION_H

#include "job.h"

/* Sets the rules under which runners run: address space, limits, system calls. */
void protection_make_rules(struct job *job);

/* Prepares the sandbox in which submissions are compiled. */
void protection_open_sandbox(const struct job *job);

/*
 * An official grade is worth its protections. What is missing is said, with the cure, and the
 * program ends (exit 2).
 */
void protection_demand(const struct job *job);

/* Writes into the grade each layer, and whether it was there. */
void protection_list(struct job *job);

#endif
