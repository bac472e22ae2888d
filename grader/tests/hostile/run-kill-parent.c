/* Tries to end or to stop the referee. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_kill, raw_call(SYS_getppid, 0, 0, 0, 0, 0, 0), 9, 0, 0, 0, 0);

#include "honest.c"
