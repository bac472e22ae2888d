/*
 * process.h - a runner as the referee sees it: start it, give it orders, watch it, end it.
 *
 * Nothing here judges an allocator. Whatever the runner does, crash, hang, exit, eat
 * memory or lie, is an outcome that the caller turns into a finding.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "channel.h"
#include "filter.h"
#include "heap.h"
#include <stdbool.h>
#include <sys/types.h>

enum outcome {
    OUTCOME_DONE,    /* the order was carried out */
    OUTCOME_FAULT,   /* a signal: `fault` says where */
    OUTCOME_EXIT,    /* the process is gone: `status` as from waitpid */
    OUTCOME_TIMEOUT, /* an order, or all of them together, took too long */
    OUTCOME_MEMORY   /* more physical heap pages than allowed */
};

/* What does not change from trace to trace. */
struct process_rules {
    const char *emulator;     /* what runs the program; NULL: this processor itself */
    struct filter start, run; /* system call filters, filter.h; empty: none */
    uint64_t heap_start;      /* address of the heap in the runner */
    uint64_t heap_room;       /* bytes of address space for it */
    uint64_t resident_limit;  /* bytes of it that may physically exist */
    double order_seconds;     /* running time for one order */
    double total_seconds;     /* and for all orders of a process together */
    int output;               /* where its stdout and stderr go, a file open for appending */
};

/* A runner that has printed so many bytes prints no more. */
#define PROCESS_OUTPUT ((size_t)64 << 10)

/* Private memory that it may have, the stack apart; less than a MiB is the runner's own. */
#define PROCESS_PRIVATE ((uint64_t)256 << 20)

struct tracer;

/* How a process shares the machine. */
enum process_place {
    PLACE_BESIDE, /* checked run: another core than ours, so that both can spin */
    PLACE_WITH_US /* timed run: our own, after cores_together(0); the break is its own */
};

struct process {
    const struct process_rules *rules;
    const char *program;
    enum process_place place;
    struct tracer *tracer; /* who waits for its replies in our place, tracer.h; or NULL */
    pid_t pid, group;      /* pid is 0 once it is gone */
    clockid_t cpu_clock;   /* its running time */
    struct heap heap;
    struct orders *orders;
    struct replies *replies;
    size_t replies_bytes; /* whole pages */
    int orders_fd, replies_fd;
    uint32_t turn;
    uint64_t slack_damage; /* first byte past the break that was written, or HEAP_NOWHERE */
    double asleep;         /* seconds in which it was found waiting by its own will */
    bool slow_in_all;      /* OUTCOME_TIMEOUT: no single order was too long, but all of them */
    double grace;          /* seconds of its running time that were our doing */
    int status;            /* OUTCOME_EXIT */
    uint64_t constants;    /* private pages, as of process_note_constants() */
    struct {
        int signal, code;
        uint64_t address, instruction;
        bool stack_full;
    } fault; /* OUTCOME_FAULT */
};

/*
 * Starts `program` for a checked run, with an empty heap. Always succeeds or ends the referee;
 * what is no program at all shows as OUTCOME_EXIT of the first order. It learns nothing of the
 * trace. `rules` and `program` must live as long as the process.
 */
void process_start(struct process *p, const struct process_rules *rules, const char *program);

/* Ends it, whatever it is doing, and releases its memory. */
void process_end(struct process *p);

/*
 * The same in parts, for a place that several runners take one after the other: its memory
 * is made once, because a page that exists already costs a hundredth of a new one. Who
 * spawns sees to it that the heap is zero. With PLACE_WITH_US an order is at most `window`
 * operations, of a trace of `ids` ids; else 1, and the runner keeps no blocks.
 */
void process_prepare(struct process *p, const struct process_rules *rules, const char *program,
                     enum process_place place, uint32_t ids, uint32_t window);
void process_spawn(struct process *p);
void process_stop(struct process *p);

/* mm_init on an empty heap. OUTCOME_DONE: *ready is what it returned. */
enum outcome process_init(struct process *p, bool *ready);

/* The operations in p->orders->operations[0 .. count); pointers in p->replies. */
enum outcome process_perform(struct process *p, uint32_t count);

/* Timed run: where the runner keeps the pointers of its blocks, per id, and the room for them.
 */
uint64_t *process_blocks(const struct process *p, size_t *bytes);

/* The student's heap checker. OUTCOME_DONE: *sound is what it returned. */
enum outcome process_checkheap(struct process *p, uint32_t line, bool *sound);

/* From now on the two share our core and sleep while they wait. It may be so from the start. */
void process_share_core(struct process *p);

/* Has it answered the last order? */
bool process_replied(const struct process *p);

/*
 * Stops it where it is, waiting for us or not, and lets it go on: while we look at what it has
 * nothing may change. One that is gone stays so.
 */
void process_freeze(struct process *p);
void process_thaw(const struct process *p);

/*
 * What it does, by the kernel's letter: R runs, S sleeps, T is stopped, t waits for a tracer.
 * 0: gone.
 */
char process_state(const struct process *p);

/* Does it say that it sleeps until the next one? And waits for that, but not for ever. */
bool process_rests(const struct process *p);
void process_await_rest(const struct process *p);

/* Does its heap hold so much memory that this explains a slow end, or an early one? */
bool process_is_large(const struct process *p);

/* How long it has been running on a processor, in seconds. */
double process_seconds(const struct process *p);

/*
 * Pages of private memory that it has written: state that is kept outside the heap. 0: it is
 * gone. Tables of constants that are addresses are none: the loader writes them before mm_init,
 * and once process_note_constants() has seen, at the end of mm_init, that nobody can write them
 * any more, they do not count. (The filter lets nobody change that.) What becomes constant
 * later was written by the submission, and counts.
 */
uint64_t process_private_pages(const struct process *p);
void process_note_constants(struct process *p);

/* Has the process used more than its total of time or memory? OUTCOME_DONE if not. */
enum outcome process_watch(struct process *p);

#endif
