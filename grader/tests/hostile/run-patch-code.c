/* Tries to change the runner's code: makes it writable, which the C library's start may. */
#include "found.h"
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    uintptr_t page = (uintptr_t)mem_sbrk & ~(uintptr_t)4095;                                   \
    raw_call(SYS_mprotect, (long)page, 8192, 3, 0, 0, 0);                                      \
    *(volatile char *)(uintptr_t)mem_sbrk = (char)0xc3;

#include "honest.c"
