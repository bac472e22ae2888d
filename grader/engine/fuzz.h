/*
 * fuzz.h - short random traces: mixes of all operations, each in a manner of its own.
 *
 * A long trace of a real program does the same few things very often. A short random one does
 * what no program does, and finds what long ones miss: a size that is one too small for its
 * hole, a resize of the last block, a request that fails in between. Every mix leaves some
 * operations, sizes and orders out, at random: that finds more than mixes in which everything
 * drowns everything else (Groce, Zhang, Eide, Chen, Regehr, "Swarm testing", ISSTA 2012).
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "trace.h"
#include <stdint.h>

/* Operations of a mix, at most. */
enum { FUZZ_OPERATIONS = 400 };

/* Of so many mixes, the last is of the manner of creep.h, ... */
enum { FUZZ_CREEPS = 25 };

/* ... of so many, the first is of that of sweep.h, ... */
enum { FUZZ_SWEEPS = 12 };

/* ... and of so many, the one in the middle is of that of brim.h. */
enum { FUZZ_BRIMS = 30 };

/*
 * Makes mix `number` of those that `seed` stands for, to be released by trace_free(). The
 * same on every machine. Lines are as trace_write() puts them.
 */
void fuzz_make(uint64_t seed, uint32_t number, struct trace *mix);

/* "fuzz-0137" into `name`; returns `name`. */
const char *fuzz_name(uint32_t number, char name[32]);

#endif
