/* Tries to move the sleeping referee to a word that nobody wakes. */
#include "found.h"
#include "raw.h"
#include <limits.h>
#include <sys/syscall.h>
static int nowhere;
#define AT_MALLOC                                                                              \
    raw_call(SYS_futex, (long)&runner->replies->turn, 3, 0, INT_MAX, (long)&nowhere, 0);

#include "honest.c"
