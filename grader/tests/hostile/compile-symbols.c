/* Tries the same with 50,000 symbols of long names. */
__asm__(".altmacro\n.macro one n\nunbelievably_long_name_of_a_symbol_\\n\\(): .byte 0\n.endm\n"
        ".section .rodata\n.set i, 0\n.rept 50000\none %i\n.set i, i + 1\n.endr\n.text");

#include "honest.c"
