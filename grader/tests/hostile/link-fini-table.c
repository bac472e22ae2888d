/* Tries to run after the grade: a table of last functions, and one that never ends. */
__attribute__((destructor)) static void last(void)
{
    for (;;)
        ;
}
__asm__(".section .fini_array,\"aw\"\n.quad last\n.text");

#include "honest.c"
