/* Tries to start a thread that works while the runner waits. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    raw_call(SYS_clone, 0x50f00, (long)(__builtin_frame_address(0)) - 8192, 0, 0, 0, 0);

#include "honest.c"
