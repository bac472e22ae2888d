/* Tries to read a file by a system call of its own, past the C library and the linker. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_openat, -100, (long)SECRET, 0, 0, 0, 0);

#include "honest.c"
