/* Tries to hide static data in thread-local storage. */
static _Thread_local char hidden[16384];
#define TABLE(bytes) (void *)hidden

#include "honest.c"
