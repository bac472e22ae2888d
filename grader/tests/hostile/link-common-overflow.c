/* Tries to have so much static data that the sum of it and the heap begins anew. */
__asm__(".comm runner, 0x7fffffffffffffff\n"
        ".comm runner_reply, 0x7ffffffffffff000\n");

#include "honest.c"
