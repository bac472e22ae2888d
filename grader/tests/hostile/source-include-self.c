/* Tries to exhaust the compiler by including itself without end. */
#include "mm.c"

#include "honest.c"
