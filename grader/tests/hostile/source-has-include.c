/* Tries to learn whether a file outside exists, from which branch is compiled. */
#if __has_include(SECRET)
#error the file is there
#endif

#include "honest.c"
