/* Tries to use more heap when timed than was counted when checked. */
#include "runner.h"
#define TABLE(bytes) mem_sbrk(runner->orders->local_break ? 1 << 20 : (bytes))

#include "honest.c"
