/* Tries to remember things in the word that says whether the runner sleeps. */
#include "found.h"
#define AT_MALLOC runner->replies->asleep += 2;

#include "honest.c"
