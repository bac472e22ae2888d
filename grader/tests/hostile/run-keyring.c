/* Tries to leave a note in the kernel's key ring. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_keyctl, 1, 4096, 0, 0, 0, 0);

#include "honest.c"
