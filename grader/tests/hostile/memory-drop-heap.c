/* Tries to clear a calloc's payload by dropping whole pages, its neighbours' bytes with them.
 */
#include "raw.h"
#include <sys/syscall.h>
#define CLEAR(payload, bytes) raw_call(SYS_madvise, (long)(payload) & ~4095L, 4096, 9, 0, 0, 0)

#include "honest.c"
