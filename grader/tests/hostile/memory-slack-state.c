/* Tries to keep state between the program break and the end of its page. */
#include "memlib.h"
#define AT_MALLOC ((volatile char *)mem_sbrk(0))[8] = 1;

#include "honest.c"
