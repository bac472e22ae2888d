/*
 * steps.h - instructions per operation of an allocator, exactly.
 *
 * Time depends on the machine and its neighbours; the number of instructions does not. It is
 * counted from outside: the kernel stops the runner after each instruction (tracer.h), and
 * the referee looks where it stands. Nothing that student code can reach holds the count.
 * (The usual counters were weighed. Valgrind and an emulator of user programs share their
 * address space with the code they run: a plain store changes the count. The processor's
 * counters are out of reach, but they count some interrupts too, and most virtual machines
 * have none. One counter for all machines, and the same figure on each.)
 *
 * A stop costs microseconds, so a sample is counted: STEPS_WINDOWS windows of
 * STEPS_OPERATIONS operations, one in each stretch of the trace, where exactly is a matter
 * of the seed. What is counted is the allocator's own code, the C library's memcpy and its
 * like in its service included; the runner's loop and memlib are not. A string instruction
 * that repeats itself counts once.
 */
#ifndef STEPS_H
#define STEPS_H

#include "checked.h"
#include "process.h"
#include "trace.h"
#include <stdbool.h>
#include <stdint.h>

enum { STEPS_WINDOWS = 4, STEPS_OPERATIONS = 4 };

struct steps_options {
    const struct process_rules *rules;
    const char *program;
    const struct trace *trace;
    const struct checked_result *checked; /* whose pointers must appear again, or NULL */
    uint64_t seed;
    uint64_t most; /* instructions in all windows; then it ends, and has a lower bound */
};

enum steps_end {
    STEPS_COUNTED,
    STEPS_TOO_SHORT, /* the trace, for the sample */
    STEPS_NO_TRACER, /* this machine lets nobody trace a process, or an emulator runs it */
    STEPS_DIFFERENT  /* it behaved in another way than in the checked run */
};

struct steps {
    enum steps_end end;
    double per_operation; /* NAN if it was not counted */
    bool at_least;        /* it was cut off */
};

/* Counts, and says in steps->end whether it could. */
void steps_count(const struct steps_options *options, struct steps *steps);

#endif
