/* Tries to be in a timed run all the time, by orders of its own. */
#include "found.h"
static struct orders *mine;
#define AT_INIT                                                                                \
    mine = __builtin_alloca(sizeof *mine);                                                     \
    memcpy(mine, runner->orders, sizeof *mine);                                                \
    mine->local_break = 1;                                                                     \
    runner->orders = mine;

#include "honest.c"
