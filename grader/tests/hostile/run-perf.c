/* Tries to count its own instructions. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_perf_event_open, 1, 4096, 0, 0, 0, 0);

#include "honest.c"
