/* Tries to have memory that outlives the run. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_shmget, 1, 4096, 0, 0, 0, 0);

#include "honest.c"
