/* Tries to keep a table in the rest of the page that holds the runner's own variables. */
#include "found.h"
#define LISTS        480
#define TABLE(bytes) (void *)((char *)runner + 256)

#include "honest.c"
