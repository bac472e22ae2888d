/* Tries to hide writable data in a section that only its type calls a table of functions. */
__asm__(
    ".pushsection .table, \"aw\", %init_array\n.balign 64\nhidden: .zero 8320\n.popsection");
extern char hidden[] __attribute__((visibility("hidden")));
#define TABLE(bytes) (void *)hidden

#include "honest.c"
