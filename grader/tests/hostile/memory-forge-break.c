/* Tries to move the break without end, by the smallest and largest steps there are. */
#define ANSWER(r)                                                                              \
    (r)->kind = REPLY_BREAK;                                                                   \
    (r)->value = runner->orders->turn % 3 ? INT64_MIN : INT64_MAX;

#include "loop.h"

#include "honest.c"
