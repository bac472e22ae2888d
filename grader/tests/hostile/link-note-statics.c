/* Tries to hide static data in a writable section that claims to be a note. */
__asm__(".section .mine,\"aw\",@note\n.balign 16\nhidden: .zero 16384\n.text");
extern char hidden[];
#define TABLE(bytes) (void *)hidden

#include "honest.c"
