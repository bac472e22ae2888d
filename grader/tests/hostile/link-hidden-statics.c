/* Tries to hide 64 KiB of static data in the section that counts as constant. */
__attribute__((section(".data.rel.ro.mine"), used)) static char hidden[65536] = {1};
#define TABLE(bytes) (void *)hidden

#include "honest.c"
