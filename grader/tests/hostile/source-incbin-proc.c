/* Tries to embed what the compiler's own process knows: its environment and memory. */
__asm__(".section .rodata\n.incbin \"/proc/self/environ\"\n.incbin \"/proc/self/maps\"\n.text");

#include "honest.c"
