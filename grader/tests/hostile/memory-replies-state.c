/* Tries to keep the table of free lists in the replies. */
#include "found.h"
#define LISTS        128
#define TABLE(bytes) (void *)(runner->replies->pointers + 64)

#include "honest.c"
