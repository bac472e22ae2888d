/* Tries to take the processor from the referee. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_setpriority, 0, 0, -20, 0, 0, 0);

#include "honest.c"
