/* Tries the x32 door of the kernel: the same call with another number. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_openat | 0x40000000, -100, (long)SECRET, 0, 0, 0, 0);

#include "honest.c"
