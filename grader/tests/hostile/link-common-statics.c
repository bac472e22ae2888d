/* Tries to hide static data as a common symbol, which gets its room only at the link. */
__asm__(".comm hidden, 16384, 16");
extern char hidden[];
#define TABLE(bytes) (void *)hidden

#include "honest.c"
