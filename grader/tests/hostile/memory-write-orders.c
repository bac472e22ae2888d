/* Tries to write an order itself. */
#include "found.h"
#define AT_INIT ((struct orders *)(uintptr_t)runner->orders)->count = 0;

#include "honest.c"
