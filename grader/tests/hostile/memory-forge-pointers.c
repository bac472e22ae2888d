/* Tries pointers at all ends of the address space, as lengths or indices for the referee. */
#define ANSWER(r) (r)->pointers[0] = (uint64_t)-16 >> (runner->orders->turn % 48);

#include "loop.h"

#include "honest.c"
