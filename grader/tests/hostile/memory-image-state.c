/* Tries to keep the table where the runner holds its copy of the static data. */
#include "found.h"
#define TABLE(bytes) runner->image

#include "honest.c"
