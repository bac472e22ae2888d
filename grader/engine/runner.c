/*
 * runner.c - the program that student code runs in.
 *
 * Theory of operation. The referee (mdriver) starts one runner per trace and run, with
 * three descriptors: the heap, the orders (which it can only read) and the replies. Before
 * anything else happens entry.c has mapped them, closed the descriptors and taken away all
 * rights. Then the runner does what it is told, an order at a time: call mm_init, perform some
 * operations, call the heap checker. It judges nothing, keeps no time and knows nothing of the
 * trace but the operations that are due now. What it writes into the replies the referee treats
 * as a stranger's word.
 *
 * In the classic profile `classic/glue.h` is included before this file, and the glue stands
 * between us and the submission's functions.
 */
#include "runner.h"
#include "mm.h"
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum { STACK_WIPED = 4096, SLEEP_BYTES = 512 };

#ifdef CLASSIC_GLUE_H
bool classic_demanding;
#endif

/* Sleeping needs more of the stack than spinning; which of the two we do is chance. */
static __attribute__((noinline)) void reach_down(void)
{
    char below[SLEEP_BYTES];
    *(volatile char *)below = 0;
}

static void wait_for(uint32_t turn)
{
    reach_down();
    _Atomic uint32_t *theirs = (_Atomic uint32_t *)&runner->orders->turn;
    while (!channel_spin(theirs, turn, runner->orders->spins) &&
           !channel_sleep(theirs, turn, &runner->replies->asleep, 0))
        ;
}

/*
 * What a call left on the stack below us is gone after it: it is no place to remember
 * things in. (Deeper down, the referee counts the pages.)
 */
static __attribute__((noinline)) void wipe_stack(void)
{
    char below[STACK_WIPED];
    memset(below, 0, sizeof below);
    __asm__ volatile("" : : "r"(below) : "memory");
}

void runner_reply(enum reply_kind kind)
{
    uint32_t turn = atomic_load_explicit(&runner->orders->turn, memory_order_relaxed);
    runner->replies->kind = kind;
    channel_pass(&runner->replies->turn, turn, (_Atomic uint32_t *)&runner->orders->asleep);
    if (runner->orders->local_break) /* whoever counts instructions counts none of these */
        wipe_stack();
    wait_for(turn + 1);
}

static void start_pass(void)
{
    memlib_reset();
#ifdef CLASSIC_GLUE_H
    classic_demanding = runner->orders->demanding;
#endif
    runner->replies->value = mm_init();
}

static void *perform(const struct operation *op, void *block)
{
    switch ((enum operation_kind)op->kind) {
    case OP_MALLOC:
        return mm_malloc(op->size);
    case OP_CALLOC:
        return mm_calloc(op->count, op->size);
    case OP_REALLOC:
        return mm_realloc(block, op->size);
    case OP_FREE:
        mm_free(block);
    }
    return NULL;
}

/*
 * A window of a timed run: which block a call is about is known only here. How this loop lies
 * in the cache's lines was seen to be 7 % of an operation, so it does not depend on the
 * submission.
 */
static __attribute__((noinline, aligned(64))) void perform_window(const struct orders *orders,
                                                                  uint64_t *pointers)
{
    void **blocks = runner->blocks;
    for (uint32_t i = 0, count = orders->count; i < count; i++) {
        const struct operation *op = &orders->operations[i];
        void **block = &blocks[op->id], *result = perform(op, *block);
        pointers[i] = (uint64_t)(uintptr_t)result;
        if (result || op->kind != OP_REALLOC || op->size == 0)
            *block = result; /* a refused realloc leaves the old block */
    }
}

static void perform_all(const struct orders *orders)
{
    uint64_t *pointers = runner->replies->pointers;
    const struct operation *op = &orders->operations[0];
    if (orders->local_break)
        perform_window(orders, pointers);
    else
        pointers[0] = (uint64_t)(uintptr_t)perform(op, (void *)(uintptr_t)op->pointer);
}

/*
 * Not a part of main: there the word would stay in a register, which a variable of the
 * submission that was never set may be found to hold.
 */
static __attribute__((noinline)) void check_fence(void)
{
    for (int i = 0; i < RUNNER_FENCE; i++)
        if (runner_fence[i] != CHANNEL_FENCE)
            *(volatile char *)(uintptr_t)CHANNEL_FENCE_WRITTEN = 0;
}

int main(void)
{
    /* Stdio must not call malloc for one. Wider alignment would be that of runner_fence, too.
     */
    static char line_buffer[1024] __attribute__((aligned(8)));
    setvbuf(stdout, line_buffer, _IOLBF, sizeof line_buffer);
    fwide(stderr, -1); /* perror would copy the descriptor of a stream that is not used yet */
    for (wait_for(1);; runner_reply(REPLY_DONE)) {
        switch ((enum order_kind)runner->orders->kind) {
        case ORDER_INIT:
            start_pass();
            break;
        case ORDER_PERFORM:
            perform_all(runner->orders);
            break;
        case ORDER_CHECK:
            runner->replies->value = mm_checkheap((int)runner->orders->line);
            break;
        case ORDER_ANSWER:
            break;
        }
        if (!runner->orders->local_break)
            wipe_stack();
        check_fence();
        runner->replies->break_peak = runner->brk.peak;
    }
}
