/* Tries to move the heap's mapping away and to come by memory that is not measured. */
#include "memlib.h"
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_mremap, (long)mem_heap_lo(), 4096, 1 << 20, 1, 0, 0);

#include "honest.c"
