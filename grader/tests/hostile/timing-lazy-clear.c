/* Tries not to clear in calloc when timed. */
#include "found.h"
#define CLEAR(at, bytes) (void)(runner->orders->local_break || memset(at, 0, bytes))

#include "honest.c"
