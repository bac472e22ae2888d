/* Tries to punch holes into the areas that the referee reads. */
#include "found.h"
#include "raw.h"
#include <sys/syscall.h>
#define AT_MALLOC                                                                              \
    raw_call(SYS_madvise, (long)runner->orders, 4096, 9, 0, 0, 0);                             \
    raw_call(SYS_madvise, (long)runner->replies, 4096, 9, 0, 0, 0);

#include "honest.c"
