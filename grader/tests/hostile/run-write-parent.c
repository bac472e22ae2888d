/* Tries to write into another process's memory without ptrace. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_process_vm_writev, 1, 0, 0, 0, 0, 0);

#include "honest.c"
