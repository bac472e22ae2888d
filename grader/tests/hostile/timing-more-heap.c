/* Tries to use more heap when timed than was counted when checked. */
#include "found.h"
#define TABLE(bytes) mem_sbrk(runner->orders->local_break ? 1 << 20 : (bytes))

#include "honest.c"
