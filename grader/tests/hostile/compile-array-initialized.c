/* Tries to fill the disk with an object file of 200 MB. */
char filler[200 << 20] = {1};
#define AT_INIT                                                                                \
    if (!filler[0])                                                                            \
        return false;

#include "honest.c"
