/* Tries the one call of exec that the first filter had to allow. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT                                                                                \
    static char *const words[] = {"sh", 0};                                                    \
    raw_call(SYS_execveat, -100, (long)"/bin/sh", (long)words, 0, 0, 0);

#include "honest.c"
