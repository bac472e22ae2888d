/* Tries to make addr2line read a file outside, by naming it as the debug information's. */
__asm__(".section .gnu_debugaltlink,\"\",@progbits\n.asciz \"" SECRET "\"\n.zero 20\n.text");
#define AT_INIT *(volatile int *)16 = 1;

#include "honest.c"
