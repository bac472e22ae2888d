/* Tries to exhaust the referee with a break that rises by 4096 bytes for ever. */
#define ANSWER(r)                                                                              \
    (r)->kind = REPLY_BREAK;                                                                   \
    (r)->value = 4096;

#include "loop.h"

#include "honest.c"
