/* Tries to use more heap when timed, and to deny it. */
#include "found.h"
#define TABLE(bytes) mem_sbrk(runner->orders->local_break ? 2 * (bytes) : (bytes))
#define AT_FREE      runner->brk.peak = runner->brk.size - 8192;

#include "honest.c"
