/* Tries to use bytes of a live payload, and to put them back before its free. */
#include <stddef.h>
static char *borrowed, kept;
#define AT_MALLOC                                                                              \
    if (borrowed) {                                                                            \
        kept = *borrowed;                                                                      \
        *borrowed = 1;                                                                         \
    }
#define AT_FREE                                                                                \
    if (borrowed) {                                                                            \
        *borrowed = kept;                                                                      \
        borrowed = NULL;                                                                       \
    }
#define RESULT(payload) (borrowed = (char *)(payload))

#include "honest.c"
