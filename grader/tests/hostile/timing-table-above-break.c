/* Tries to keep a table above the break, where the heap will be later, when timed. */
#include "memlib.h"
#define KEPT ((char *)mem_heap_lo() + 49152)

#include "search.h"

#include "honest.c"
