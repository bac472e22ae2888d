/* Tries to change the file that its output goes to. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_ftruncate, 1, 4096, 0, 0, 0, 0);

#include "honest.c"
