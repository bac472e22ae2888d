/* Tries not to copy in realloc when timed. */
#include "found.h"
#define COPY(to, from, bytes) (void)(runner->orders->local_break || memcpy(to, from, bytes))

#include "honest.c"
