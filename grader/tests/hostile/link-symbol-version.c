/* Tries to define mem_sbrk once more, as a version of another symbol. */
void *own_sbrk(long bytes);
void *own_sbrk(long bytes)
{
    return (void *)bytes;
}
__asm__(".symver own_sbrk, mem_sbrk@@BRK_1");

#include "honest.c"
