/* Tries to pay for 136 bytes of static data and be excused two pages of stack for it. */
static char excuse[136];
#define AT_MALLOC    ((volatile char *)excuse)[size % sizeof excuse]++;
#define TABLE(bytes) (void *)((char *)__builtin_frame_address(0) - 100000)

#include "honest.c"
