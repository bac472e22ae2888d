/* Tries to hide writable data in a section without the flag to write, named .data. */
__asm__(".section .data.rest,\"a\",@progbits\n.globl hidden\n.balign 16\nhidden: .skip "
        "8320\n.text");
extern char hidden[8320];
#define TABLE(bytes) (void *)hidden

#include "honest.c"
