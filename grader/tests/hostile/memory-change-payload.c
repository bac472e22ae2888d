/* Tries to change payloads, there and back, while the referee looks at them. */
#include "memlib.h"
#define WHILE_WAITING                                                                          \
    if (mem_heapsize() > 9000)                                                                 \
        ((volatile char *)mem_heap_lo())[8900] ^= 1;

#include "loop.h"

#include "honest.c"
