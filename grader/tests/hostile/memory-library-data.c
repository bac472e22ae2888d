/* Tries to keep a table in variables of the C library that nobody uses here. */
#include <stdio.h>
#define LISTS        216
#define TABLE(bytes) (void *)(((unsigned long)stdin + 63) & ~63UL)

#include "honest.c"
