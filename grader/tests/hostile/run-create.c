/* Tries to leave a file behind outside of the work folder. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_open, (long)OUTSIDE, 0101, 0644, 0, 0, 0);

#include "honest.c"
