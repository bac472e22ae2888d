/* Tries to forget how high the break has been. */
#include "found.h"
#define AT_FREE runner->brk.peak = runner->brk.size = 4096;

#include "honest.c"
