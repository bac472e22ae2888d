/*
 * input.h - what a grade is made from: policy, reference, traces, compiler.
 *
 * Each of these ends the program (exit 2) with one sentence when what it reads is not there or
 * not right.
 */
#ifndef INPUT_H
#define INPUT_H

#include "job.h"

/* The path of `file`, which the policy names, from where we are: it lies in its folder. */
void input_name_beside_policy(const struct job *job, const char *file, char *path,
                              size_t bytes);

/* Reads the policy that the settings name, and its hash. */
void input_read_policy(struct job *job);

/*
 * The kit holds the reference that `make` built for a policy. Is it this policy's? Where the
 * policy's folder has the file, it must be the same.
 */
void input_identify_reference(struct job *job);

/* A student may look at either metric; an official grade has the policy's. */
void input_choose_metric(struct job *job);

/* Reads all traces, and makes room for what will be known of each. */
void input_read_traces(struct job *job);

/* The mixes are one trace in the grade, the last: valid when each of them is. */
void input_add_mixes(struct job *job);

/* Asks the compiler for its name and version. */
void input_find_compiler(struct job *job);

#endif
