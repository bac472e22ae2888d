/* Tries to replace the C library's start, to which the runner's entry jumps. */
__asm__(".globl _start\n_start: hlt");

#include "honest.c"
