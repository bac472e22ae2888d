/* Tries a breakpoint, which a debugger above would take for its own. */
#define AT_INIT __asm__ volatile("int3");

#include "honest.c"
