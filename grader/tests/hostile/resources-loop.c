/* Tries to run for ever. */
#define AT_MALLOC                                                                              \
    for (volatile int i = 0;; i++)                                                             \
        ;

#include "honest.c"
