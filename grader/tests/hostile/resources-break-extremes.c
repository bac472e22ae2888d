/* Tries increments at the ends of their range, which wrap around when added. */
#define AT_INIT                                                                                \
    mem_sbrk(INTPTR_MIN);                                                                      \
    mem_sbrk(INTPTR_MAX);                                                                      \
    mem_brk((void *)-1);                                                                       \
    mem_brk(0);                                                                                \
    mem_brk((char *)mem_heap_lo() - 1);

#include "honest.c"
