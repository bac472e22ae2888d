/* Tries to do the work of mm_init before it, in a constructor, where nobody pays. */
#include "found.h"
#define SLOW                                                                                   \
    for (volatile int i = 0; i < 3000000; i++)                                                 \
        ;
__attribute__((constructor)) static void begin_early(void)
{
    if (runner->orders->local_break) {
        SLOW((volatile char *)mem_heap_lo())[4096] = 1;
    }
}
#define AT_INIT                                                                                \
    if (!runner->orders->local_break || !((volatile char *)mem_heap_lo())[4096])               \
    SLOW

#include "honest.c"
