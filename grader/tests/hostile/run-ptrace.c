/* Tries to look into other processes. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_ptrace, 16, 1, 0, 0, 0, 0);

#include "honest.c"
