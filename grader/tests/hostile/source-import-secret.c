/* Tries other words for include. */
#import SECRET
#include_next SECRET

#include "honest.c"
