/* Tries a fault that never was: signal 2^31 - 1, an instruction far outside the program. */
#define ANSWER(r)                                                                              \
    (r)->kind = REPLY_FAULT;                                                                   \
    (r)->signal = INT32_MAX;                                                                   \
    (r)->address = UINT64_MAX;                                                                 \
    (r)->instruction = UINT64_MAX - 7;

#include "loop.h"

#include "honest.c"
