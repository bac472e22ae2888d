/* Tries to keep 20 KiB on the stack in a loop of its own, which never wipes it. */
#define IN_LOOP                                                                                \
    char mine[20480];                                                                          \
    table = mine;
static void *table;
#define TABLE(bytes) (memset(table, 1, 20480), table)

#include "loop.h"

#include "honest.c"
