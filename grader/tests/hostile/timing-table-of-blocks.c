/* Tries to keep a table in the runner's own table of blocks, where it has room, when timed. */
#define KEPT (runner->blocks + runner->orders->ids + 1 - 1024)

#include "search.h"

#include "honest.c"
