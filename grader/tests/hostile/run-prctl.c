/* Tries to be traced, or to trap the time stamp counter. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_prctl, 1, 4096, 0, 0, 0, 0);

#include "honest.c"
