/* Tries to end in the midst of a trace, with the status of success. */
#include <unistd.h>
#define AT_MALLOC                                                                              \
    static int calls;                                                                          \
    if (++calls == 500)                                                                        \
        _exit(0);

#include "honest.c"
