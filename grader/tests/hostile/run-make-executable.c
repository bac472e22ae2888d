/* Tries to make the heap executable, to run code that nobody compiled. */
#include "memlib.h"
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_mprotect, (long)mem_heap_lo(), 4096, 7, 0, 0, 0);

#include "honest.c"
