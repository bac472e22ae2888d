/* Tries to answer differently in each run, by dice of the kernel. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_MALLOC                                                                              \
    unsigned char dice;                                                                        \
    raw_call(SYS_getrandom, (long)&dice, 1, 0, 0, 0, 0);                                       \
    size += dice % 2 * 16;

#include "honest.c"
