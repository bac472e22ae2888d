/* Tries to fill the disk by one line for the assembler: an object of 1 TiB. */
__asm__(".data\n.fill 0x10000000000, 1, 1\n.text");

#include "honest.c"
