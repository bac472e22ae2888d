/* Tries to have answered the next order before it was given. */
#include "found.h"
#define AT_MALLOC runner->replies->turn = runner->orders->turn + 1;

#include "honest.c"
