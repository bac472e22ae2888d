/* Tries to take the place of mem_sbrk by a function that chooses at start. */
static void *own(void)
{
    return (void *)1;
}
static void *choose(void)
{
    return (void *)own;
}
void *mem_heap_hi(void) __attribute__((ifunc("choose")));

#include "honest.c"
