/* Tries to serve its own page faults. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_userfaultfd, 1, 4096, 0, 0, 0, 0);

#include "honest.c"
