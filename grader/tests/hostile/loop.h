/*
 * loop.h - a runner's loop of an attacker's own, for attacks to include before honest.c.
 *
 * It begins in a constructor, in place of the runner's main, and never ends. It does what
 * the runner does, but for the places that an attack defines.
 */
#include "found.h"
#include "mm.h"
#include <string.h>

/* Variables of the loop; statements after a pass's start, before a window, before a call. */
#ifndef IN_LOOP
#define IN_LOOP
#endif
#ifndef PASS
#define PASS
#endif
#ifndef WINDOW
#define WINDOW
#endif
#ifndef AT_CALL
#define AT_CALL(i)
#endif
/* Changes the answer before it is given; how it is given; what is done instead of sleeping. */
#ifndef ANSWER
#define ANSWER(replies)
#endif
#ifndef HAND_OVER
#define HAND_OVER(mine, turn, theirs_asleep) channel_pass(mine, turn, theirs_asleep)
#endif

static void *own_call(const struct operation *op, void *block)
{
    if (op->kind == OP_MALLOC)
        return mm_malloc(op->size);
    if (op->kind == OP_CALLOC)
        return mm_calloc(op->count, op->size);
    if (op->kind == OP_REALLOC)
        return mm_realloc(block, op->size);
    mm_free(block);
    return NULL;
}

static void own_wait(uint32_t turn)
{
    _Atomic uint32_t *theirs = (_Atomic uint32_t *)&runner->orders->turn;
#ifdef WHILE_WAITING
    while (*theirs != turn) {
        WHILE_WAITING
    }
#else
    while (!channel_spin(theirs, turn, runner->orders->spins) &&
           !channel_sleep(theirs, turn, &runner->replies->asleep, 0))
        ;
#endif
}

static void own_reply(enum reply_kind kind)
{
    uint32_t turn = runner->orders->turn;
    struct replies *replies = runner->replies;
    replies->kind = kind;
    replies->break_peak = runner->brk.peak;
    ANSWER(replies)
    HAND_OVER(&replies->turn, turn, (_Atomic uint32_t *)&runner->orders->asleep);
    own_wait(turn + 1);
}

static bool own_pass(void)
{
    memlib_reset();
    return mm_init();
}

static void own_window(const struct orders *orders)
{
    for (uint32_t i = 0; i < orders->count; i++) {
        const struct operation *op = &orders->operations[i];
        void *block = orders->local_break ? runner->blocks[op->id] : (void *)op->pointer;
        AT_CALL(i)
        void *result = own_call(op, block);
        runner->replies->pointers[i] = (uint64_t)result;
        if (orders->local_break && (result || op->kind != OP_REALLOC || op->size == 0))
            runner->blocks[op->id] = result;
    }
}

__attribute__((constructor)) static void own_loop(void)
{
    const struct orders *orders = runner->orders;
    IN_LOOP
    for (own_wait(1);; own_reply(REPLY_DONE)) {
        if (orders->kind == ORDER_INIT) {
            runner->replies->value = own_pass();
            PASS
        } else if (orders->kind == ORDER_PERFORM) {
            WINDOW
            own_window(orders);
        }
    }
}
