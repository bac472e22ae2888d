/* Tries to make the compiler read a device that never ends. */
#include "/dev/zero"

#include "honest.c"
