/* Tries to sleep for ever, using no processor time that a limit could count. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_MALLOC                                                                              \
    static int word;                                                                           \
    raw_call(SYS_futex, (long)&word, 0, 0, 0, 0, 0);

#include "honest.c"
