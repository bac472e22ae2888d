/* Tries to embed a file outside of the work folder and to print it. */
#include <stdio.h>
__asm__(".section .rodata\nstolen: .incbin \"" SECRET "\"\n.byte 0\n.text");
extern const char stolen[];
#define AT_INIT puts(stolen);

#include "honest.c"
