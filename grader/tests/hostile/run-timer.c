/* Tries to be woken by a timer in the middle of a call. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_setitimer, 1, 4096, 0, 0, 0, 0);

#include "honest.c"
