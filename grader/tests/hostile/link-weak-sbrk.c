/* Tries to replace the program break without a conflict, by a weak definition. */
#include "memlib.h"
__attribute__((weak)) void *mem_sbrk(intptr_t increment)
{
    static char pool[64];
    (void)increment;
    return pool;
}

#include "honest.c"
