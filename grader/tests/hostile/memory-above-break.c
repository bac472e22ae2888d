/* Tries to use the heap's address space above the break. */
#include "memlib.h"
#define TABLE(bytes) (void *)((char *)mem_heap_lo() + (1 << 20))

#include "honest.c"
