/* Tries to count runs by how much of its output is still accepted, and to differ in one. */
#include "raw.h"
#include <sys/syscall.h>
static long refused;
#define AT_INIT                                                                                \
    char words[20000] = "";                                                                    \
    refused += raw_call(SYS_write, 1, (long)words, sizeof words, 0, 0, 0) < 0;
#define RESULT(payload) ((void)(refused ? mem_sbrk(0) : 0), (payload))

#include "honest.c"
