/* Tries to have the assembler, not the compiler, read and quote a file. */
__asm__(".include \"" SECRET "\"");

#include "honest.c"
