/* Tries to open a file in an ifunc resolver, which runs before even .preinit_array. */
#include "raw.h"
#include <sys/syscall.h>
static void nothing(void)
{
}
static void (*resolve(void))(void)
{
    raw_call(SYS_openat, -100, (long)SECRET, 0, 0, 0, 0);
    return nothing;
}
void chosen(void) __attribute__((ifunc("resolve")));
#define AT_INIT chosen();

#include "honest.c"
