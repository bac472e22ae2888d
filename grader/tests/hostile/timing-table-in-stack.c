/* Tries to keep a table deep in the stack when timed. */
#define KEPT ((char *)__builtin_frame_address(0) - 20000)

#include "search.h"

#include "honest.c"
