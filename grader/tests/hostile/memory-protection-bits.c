/* Tries to remember a bit in the protection of a page beyond the break, where none counts it.
 */
#include "raw.h"
#include <sys/syscall.h>
#define FAR    ((long)mem_heap_lo() + (1L << 40))
#define BIT(n) (FAR + (n) % 4096 * 4096)
#define AT_MALLOC                                                                              \
    raw_call(SYS_mprotect, BIT((long)size), 4096, 3, 0, 0, 0);                                 \
    raw_call(SYS_mprotect, BIT((long)size + 1), 4096, 0, 0, 0, 0);

#include "honest.c"
