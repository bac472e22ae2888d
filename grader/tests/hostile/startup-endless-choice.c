/* Tries to hang before any constructor: a function that never makes its choice. */
static void *choose(void)
{
    for (;;)
        ;
}
void chosen(void) __attribute__((ifunc("choose")));
#define AT_INIT chosen();

#include "honest.c"
