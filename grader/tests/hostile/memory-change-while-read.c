/* Tries to change an answer while the referee reads it, by a loop that never stops writing. */
#define WHILE_WAITING runner->replies->pointers[0] ^= 16;

#include "loop.h"

#include "honest.c"
