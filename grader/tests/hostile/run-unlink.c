/* Tries to remove a file outside of the work folder. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_unlink, (long)SECRET, 0, 0, 0, 0, 0);

#include "honest.c"
