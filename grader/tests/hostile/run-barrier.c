/* Tries to interrupt the other cores. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_membarrier, 1, 4096, 0, 0, 0, 0);

#include "honest.c"
