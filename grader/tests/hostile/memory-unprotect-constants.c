/* Tries to keep the table among relocated constants, which do not count, made writable again.
 */
#include "raw.h"
#include <sys/syscall.h>
__attribute__((section(".data.rel.ro.mine"), used)) static char hidden[16384] = {1};
#define PAGE(p)      ((long)(p) & -4096)
#define AT_INIT      raw_call(SYS_mprotect, PAGE(hidden + 4096), 12288, 3, 0, 0, 0);
#define TABLE(bytes) (void *)PAGE(hidden + 4096)

#include "honest.c"
