/* Tries to be graded by nobody: fails with the words of a compiler that was killed. */
#pragma message "cc1: fatal error: Killed signal terminated program cc1"
#error cc: fatal error: Killed signal terminated program cc1

#include "honest.c"
