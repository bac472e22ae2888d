/* Tries to get memory from the kernel that is not the heap. */
#include "raw.h"
#include <sys/syscall.h>
#define TABLE(bytes) (void *)raw_call(SYS_mmap, 0, bytes, 3, 0x22, -1, 0)

#include "honest.c"
