/* Tries to stop itself, so that the referee waits for ever. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_MALLOC raw_call(SYS_kill, raw_call(SYS_getpid, 0, 0, 0, 0, 0, 0), 19, 0, 0, 0, 0);

#include "honest.c"
