/* Tries to fault within the fault handler: the replies that it writes to are not there. */
#include "found.h"
#define AT_INIT                                                                                \
    runner->replies = (struct replies *)64;                                                    \
    *(volatile int *)8 = 1;

#include "honest.c"
