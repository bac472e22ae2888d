/* Tries to make a file in memory. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_memfd_create, (long)"mine", 0, 0, 0, 0, 0);

#include "honest.c"
