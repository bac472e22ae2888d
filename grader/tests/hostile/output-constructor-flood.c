/* Tries to fill a disk or a screen before the first order. */
#include <stdio.h>
__attribute__((constructor)) static void flood(void)
{
    for (int i = 0; i < 400000; i++)
        puts("score        100.0 of 100");
}

#include "honest.c"
