/* Tries to run for ever before the first order. */
__attribute__((constructor)) static void early(void)
{
    for (volatile int i = 0;; i++)
        ;
}

#include "honest.c"
