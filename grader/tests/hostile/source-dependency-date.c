/* Tries to learn whether a file exists, by asking whether it is newer. */
#pragma GCC dependency SECRET WORDS

#include "honest.c"
