/* Tries to exhaust the compiler's memory and time by macros that double 30 times. */
#define A(x) x, x, x, x, x, x, x, x
#define B(x) A(A(A(A(x))))
#define C(x) B(B(B(x)))
static const char bomb[] = {C(1)};

#include "honest.c"
