/* Tries to have the compiler quote a file outside of the work folder in its messages. */
#include SECRET

#include "honest.c"
