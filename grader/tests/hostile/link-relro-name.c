/* Tries to hide writable data in a section whose name only begins like that of constants. */
__attribute__((section(".data.rel.robust"), used)) static char hidden[8320] = {1};
#define TABLE(bytes) (void *)hidden

#include "honest.c"
