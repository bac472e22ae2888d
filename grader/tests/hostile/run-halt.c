/* Tries instructions that no program may use. */
#define AT_INIT __asm__ volatile("hlt");

#include "honest.c"
