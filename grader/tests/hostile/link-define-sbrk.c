/* Tries to replace the program break by memory that nobody measures. */
void *mem_sbrk(long increment)
{
    (void)increment;
    return (void *)-1;
}

#include "honest.c"
