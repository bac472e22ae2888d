/* Tries to exhaust the stack. */
#define AT_MALLOC                                                                              \
    if (size == 100)                                                                           \
        deep((int)size);
static int deep(volatile int n)
{
    volatile char room[4096] = {(char)n};
    return n + deep(n + 1) + room[0];
}

#include "honest.c"
