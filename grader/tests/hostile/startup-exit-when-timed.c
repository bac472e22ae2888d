/* Tries to hang the referee: the runner of the timed run is gone before its first order. */
#include "found.h"
#include <unistd.h>
__attribute__((constructor)) static void early(void)
{
    if (runner->orders->local_break)
        _exit(0);
}

#include "honest.c"
