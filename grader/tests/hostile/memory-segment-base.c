/* Tries to keep a word in a register of the kernel's, the base of a segment. x86-64 only. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_MALLOC raw_call(SYS_arch_prctl, 0x1001, (long)size, 0, 0, 0, 0);

#include "honest.c"
