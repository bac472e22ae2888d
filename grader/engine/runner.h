/* runner.h - the runner's parts, entry.c, runner.c and memlib.c, to each other. */
#ifndef RUNNER_H
#define RUNNER_H

#include "break.h"
#include "channel.h"

/*
 * All that the runner remembers. It lives in a mapping of its own, away from the submission's
 * static data: no array of these has it for a neighbour.
 */
struct runner {
    const struct orders *orders;
    struct replies *replies;
    struct program_break brk;
    uint64_t dirty; /* timed run: bytes from the start that may be other than zero */
    void **blocks;  /* timed run: per id, the pointer that the allocator returned; shared */
};

/* Set once, by the runner's first instructions (entry.c). */
extern struct runner *runner __attribute__((visibility("hidden")));

/*
 * Words that stay CHANNEL_FENCE, between the submission's variables and ours: the linker keeps
 * the order of what it is given. Who writes past the end of its last array changes them.
 */
enum { RUNNER_FENCE = 32 };
extern uint64_t runner_fence[RUNNER_FENCE] __attribute__((visibility("hidden")));

/* Hands `kind` to the referee and waits for its next order. */
void runner_reply(enum reply_kind kind);

/* The heap is empty, whatever constructors did to it. The referee has zeroed its pages. */
void memlib_reset(void);

#endif
