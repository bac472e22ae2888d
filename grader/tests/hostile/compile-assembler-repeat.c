/* Tries to exhaust the assembler: a nest of repetitions without end in sight. */
__asm__(".rept 1000000\n.rept 1000000\nnop\n.endr\n.endr");

#include "honest.c"
