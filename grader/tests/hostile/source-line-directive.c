/* Tries to have findings point into a file outside, whose lines a report might show. */
#line 1 SECRET
#define AT_INIT *(volatile int *)16 = 1;

#include "honest.c"
