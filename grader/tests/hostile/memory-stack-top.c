/* Tries to keep a table on the stack, in a loop of its own that never wipes it. */
#define IN_LOOP                                                                                \
    char mine[2800];                                                                           \
    table = mine;
static void *table;
#define LISTS        344
#define TABLE(bytes) table

#include "loop.h"

#include "honest.c"
