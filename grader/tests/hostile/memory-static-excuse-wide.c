/* Tries the same with static data that begins a page of its own, and counts 136 bytes. */
static _Alignas(4096) char excuse[136];
#define AT_MALLOC    ((volatile char *)excuse)[size % sizeof excuse]++;
#define TABLE(bytes) (void *)((char *)__builtin_frame_address(0) - 100000)

#include "honest.c"
