/* Tries to raise the break again where it was lowered: timed, old bytes may come back. */
#include "memlib.h"
#define AT_INIT                                                                                \
    char *low = mem_sbrk(65536);                                                               \
    for (int i = 0; i < 65536; i++)                                                            \
        low[i] = 1;                                                                            \
    mem_sbrk(-65536);                                                                          \
    mem_sbrk(65536);                                                                           \
    for (int i = 4096; i < 65536; i++)                                                         \
        if (low[i])                                                                            \
            return false;                                                                      \
    mem_sbrk(-65536);

#include "honest.c"
