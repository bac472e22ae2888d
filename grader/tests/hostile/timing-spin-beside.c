/* Tries to slow the reference down by computing all the time while that is timed. */
#define WHILE_WAITING __builtin_ia32_pause();

#include "loop.h"

#include "honest.c"
