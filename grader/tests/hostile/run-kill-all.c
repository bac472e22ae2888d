/* Tries to end every process of this user. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_kill, -1, 9, 0, 0, 0, 0);

#include "honest.c"
