/* Tries to open a file before the runner's main and before all constructors. */
#include "raw.h"
#include <sys/syscall.h>
static void early(void)
{
    raw_call(SYS_openat, -100, (long)SECRET, 0, 0, 0, 0);
}
__attribute__((section(".preinit_array"), used)) static void (*first)(void) = early;

#include "honest.c"
