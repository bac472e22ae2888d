/*
 * tracer.h - watches a runner from outside, instruction by instruction, with ptrace.
 *
 * Used to explain a finding, in a replay whose outcome counts for nothing, and to count
 * instructions (steps.h). The runner stays as confined as ever: we attach from outside, its
 * system call filters and limits remain in force, and it can neither see nor refuse it. It dies
 * with us.
 */
#ifndef TRACER_H
#define TRACER_H

#include "process.h"
#include <stdbool.h>
#include <stdint.h>

enum { TRACER_CALLS = 24, TRACER_WATCHED = 4 };

/* Where a process stood: an instruction, and what seem to be the calls that led there. */
struct tracer_site {
    uint64_t instruction; /* from the start of the program's image */
    size_t count;
    struct {
        uint64_t from;   /* within the call instruction, from the start of the image */
        uint64_t target; /* the function that it names; 0: it names none */
    } calls[TRACER_CALLS];
};

struct tracer {
    pid_t pid;
    uint64_t image;  /* where the program's image starts */
    bool watching;   /* go on until a watchpoint or a signal; else instruction by instruction */
    bool stopped;    /* it stands still now */
    bool given_up;   /* time was up, and it runs alone again */
    double deadline; /* clock_seconds() */
    double asleep;   /* seconds that it slept, while it should have gone on */
    uint64_t before; /* the instruction that was carried out last */
    bool repeated;   /* and that was one that repeats itself, to its end */
    bool fault;      /* a signal is about to end it: `site` */
    struct tracer_site site;
    void (*look)(struct tracer *tracer, void *context); /* after each instruction, or NULL */
    void *context;
};

/*
 * Attaches to the runner and stops it. From then on process.c has `p->tracer` await its
 * replies. Returns false where that is not allowed.
 */
bool tracer_attach(struct tracer *tracer, struct process *p);

/* Lets it go, wherever it stands; it runs alone from then on. */
void tracer_detach(struct tracer *tracer, struct process *p);

/*
 * Stops it at each write to the 8 bytes at these addresses of the runner, multiples of 8, with
 * the processor's debug registers. Nobody knows whether that works: there may be none, and some
 * hypervisors accept and ignore them.
 */
void tracer_watch(struct tracer *tracer, const uint64_t addresses[TRACER_WATCHED]);

/* Lets it go on to its reply. OUTCOME_TIMEOUT: the tracer has given up, it runs alone. */
enum outcome tracer_await(struct tracer *tracer, struct process *p);

/* Where the stopped process stands; `instruction` is given, or 0 for its program counter. */
void tracer_look_around(const struct tracer *tracer, uint64_t instruction,
                        struct tracer_site *site);

#endif
