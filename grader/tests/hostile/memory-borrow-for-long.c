/*
 * Tries to use a byte of a block that is known to live as long as the trace, and to put it back
 * with the last operation.
 */
static char *first, kept;
static unsigned calls;
enum { LAST = 5001 };
#define AT_CALL(i)                                                                             \
    if (!orders->local_break && ++calls > 1) {                                                 \
        kept = calls == 2 ? *first : kept;                                                     \
        *first = (char)~kept;                                                                  \
    }
#define ANSWER(replies)                                                                        \
    if (calls == 1)                                                                            \
        first = (char *)replies->pointers[0];                                                  \
    if (calls == LAST)                                                                         \
        *first = kept;
#include "loop.h"

#include "honest.c"
