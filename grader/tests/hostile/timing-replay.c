/* Tries to write down the pointers of the first timed pass, and to repeat them in the others.
 */
#define IN_LOOP                                                                                \
    void **log = orders->local_break ? __builtin_alloca(1 << 19) : NULL;                       \
    if (log)                                                                                   \
        log[0] = NULL;                                                                         \
    uint64_t passes = 0, at = 0, peak = 0;
#define PASS                                                                                   \
    passes++;                                                                                  \
    at = 0;
#define WINDOW                                                                                 \
    if (orders->local_break && passes > 1 && log[0]) {                                         \
        for (uint32_t i = 0; i < orders->count; i++) {                                         \
            const struct operation *op = &orders->operations[i];                               \
            void *was = runner->blocks[op->id], *is = log[++at];                               \
            if (op->kind == OP_CALLOC)                                                         \
                memset(is, 0, op->count * op->size);                                           \
            if (op->kind == OP_REALLOC && was && is != was)                                    \
                memcpy(is, was, op->size);                                                     \
            runner->blocks[op->id] = is;                                                       \
            runner->replies->pointers[i] = (uint64_t)is;                                       \
        }                                                                                      \
        runner->brk.peak = peak;                                                               \
        continue;                                                                              \
    }                                                                                          \
    own_window(orders);                                                                        \
    if (orders->local_break && orders->count) {                                                \
        for (uint32_t i = 0; i < orders->count; i++)                                           \
            log[++at] = (void *)runner->replies->pointers[i];                                  \
        peak = runner->brk.peak;                                                               \
        log[0] = log;                                                                          \
    }                                                                                          \
    continue;

#include "loop.h"

#include "honest.c"
