/* Tries to end the thread, not the process, as if the runner had come to its end. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_MALLOC                                                                              \
    static int calls;                                                                          \
    if (++calls == 500)                                                                        \
        raw_call(SYS_exit, 0, 0, 0, 0, 0, 0);

#include "honest.c"
