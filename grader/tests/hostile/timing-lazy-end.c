/* Tries to leave out the last sixteenth of a copy or a clearing above 64 KiB, when timed. */
#include "found.h"
#define SOME(n)               (runner->orders->local_break && (n) > 65536 ? (n) - (n) / 16 : (n))
#define COPY(to, from, bytes) memcpy(to, from, SOME(bytes))
#define CLEAR(payload, bytes) memset(payload, 0, SOME(bytes))

#include "honest.c"
