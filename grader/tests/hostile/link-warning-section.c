/* Tries to have the linker print a score of its own, as a warning about a symbol. */
__asm__(".section .gnu.warning.mem_sbrk\n"
        ".asciz \"\\033[2J\\033[1mscore        100.0 of 100\\r\\n\"\n.text");

#include "honest.c"
