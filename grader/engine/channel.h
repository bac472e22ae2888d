/*
 * channel.h - what referee and runner say to each other, through shared memory.
 *
 * The two take turns. Each side owns one area: only its owner writes it, and the kernel
 * enforces that for the referee's (the runner's mapping of it is read-only and sealed).
 *
 *     referee ---- orders: "perform these operations", "the break is now there" ---> runner
 *     referee <--- replies: "done, these pointers", "please move the break" -------- runner
 *
 * A turn is handed over by storing the next number into `turn`. The side that waits first
 * spins for a while, when there is a second core to spin on (a hand-over then costs well
 * under a microsecond), and then sleeps on `turn` as a futex.
 *
 * To the referee, everything in `replies` is data of a hostile stranger: read once, checked,
 * never used as an index or a length. Nothing here tells the runner of operations to come.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "filter.h"
#include "trace.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The file descriptors that a runner starts with. */
enum { CHANNEL_HEAP_FD = 3, CHANNEL_ORDERS_FD = 4, CHANNEL_REPLIES_FD = 5 };

/*
 * A page where nothing is mapped. The words of the runner's fence (runner.h) point to it; the
 * runner touches the byte before it to say that they were written.
 */
#define CHANNEL_FENCE         UINT64_C(0xfe0ce000)
#define CHANNEL_FENCE_WRITTEN (CHANNEL_FENCE - 1)

/* Operations handed over at once in a timed run, at most; a checked run hands over one. */
#define CHANNEL_WINDOW 8192

enum order_kind {
    ORDER_INIT,    /* forget what constructors did to the heap, call mm_init */
    ORDER_PERFORM, /* perform operations[0 .. count) */
    ORDER_CHECK,   /* call mm_checkheap(line) */
    ORDER_ANSWER   /* the answer to REPLY_BREAK: error 0, ENOMEM or EINVAL */
};

enum reply_kind {
    REPLY_DONE,  /* the order is carried out; `value` is what mm_init or the checker said */
    REPLY_BREAK, /* value: move the break by so many bytes, then ORDER_ANSWER */
    REPLY_FAULT  /* a signal ended it: signal, address, instruction */
};

struct orders {
    /* Fixed for the life of a runner; `spins` may become 0. */
    uint32_t spins;         /* how long both sides spin before sleeping; 0: they share a core */
    uint32_t demanding;     /* classic profile: call also what that lab never asks for */
    uint32_t local_break;   /* timed run: the runner moves the break itself */
    uint32_t ids;           /* timed run: so many, or fewer, has the trace */
    uint32_t window;        /* operations handed over at once, at most */
    uint32_t filter_length; /* instructions of the second system call filter */
    struct sock_filter filter[FILTER_LENGTH];
    uint64_t page;       /* bytes in one */
    uint64_t heap_start; /* where the runner maps the heap */
    uint64_t heap_room;  /* how much address space it has: there the break must stop */
    /* An order. */
    _Alignas(64) _Atomic uint32_t turn;
    _Atomic uint32_t asleep; /* the referee sleeps and wants a wake-up call */
    uint32_t kind;
    uint32_t count;
    uint32_t line;
    int32_t error;
    struct operation operations[CHANNEL_WINDOW];
};

struct replies {
    _Alignas(64) _Atomic uint32_t turn;
    _Atomic uint32_t asleep;
    uint32_t kind;
    int32_t signal, code; /* si_signo, si_code */
    uint32_t stack_full;  /* it touched what lies below the end of the stack */
    int64_t value;
    uint64_t address;     /* what the faulting instruction touched */
    uint64_t instruction; /* where it stands, from the start of the program's image */
    uint64_t break_peak;  /* timed run */
    uint64_t pointers[];  /* orders->window of them; timed run: and one per id, its block */
};

/*
 * What an operation of a checked run needs is one line of the cache each way: fetching a line
 * from the other core takes a hundred nanoseconds, as long as the operation itself.
 */
_Static_assert(offsetof(struct orders, operations) + sizeof(struct operation) ==
                   offsetof(struct orders, turn) + 64,
               "an order of one operation is one line");
_Static_assert(offsetof(struct replies, pointers) + sizeof(uint64_t) == 64,
               "a reply of one pointer is one line");

/* The size of the replies: in a checked run, where the window is 1, a single page. */
static inline uint64_t channel_replies_bytes(const struct orders *orders)
{
    uint64_t blocks = orders->local_break ? orders->ids + (uint64_t)1 : 0;
    return sizeof(struct replies) + (orders->window + blocks) * sizeof(uint64_t);
}

/*
 * Lets the other side go on: it waits for `mine` to show `turn`. The store, the fence and
 * the look at `theirs_asleep` pair with those in channel_sleep: either we see that it
 * sleeps, or it sees our turn before it does.
 */
void channel_pass(_Atomic uint32_t *mine, uint32_t turn, _Atomic uint32_t *theirs_asleep);

/* Spins until `theirs` shows `turn`, at most `spins` times. Returns whether it does. */
bool channel_spin(_Atomic uint32_t *theirs, uint32_t turn, uint32_t spins);

/*
 * Sleeps until `theirs` shows something else than `turn - 1`, or some `nanoseconds` have
 * passed, or for no reason at all. 0 nanoseconds: no time limit. Returns whether `turn` came
 * in that time: an answer that nobody wakes us for is one that did not.
 */
bool channel_sleep(_Atomic uint32_t *theirs, uint32_t turn, _Atomic uint32_t *my_asleep,
                   uint64_t nanoseconds);

#endif
