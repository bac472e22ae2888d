/* Tries to see and to change what the runner asks of the kernel. */
long syscall(long number, ...)
{
    (void)number;
    return 0;
}

#include "honest.c"
