/* Tries an answer of a kind that does not exist, with values at the ends of their ranges. */
#define ANSWER(r)                                                                              \
    (r)->kind = 0x80000001;                                                                    \
    (r)->value = INT64_MIN;                                                                    \
    (r)->signal = -1;

#include "loop.h"

#include "honest.c"
