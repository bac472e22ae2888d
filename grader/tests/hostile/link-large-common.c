/* Tries to hide writable data in a common symbol of a sort of its own. x86-64 only. */
__asm__(".largecomm hidden, 8320, 64");
extern char hidden[];
#define TABLE(bytes) (void *)hidden

#include "honest.c"
