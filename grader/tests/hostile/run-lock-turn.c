/* Tries to make the word that the referee sleeps on a lock with an owner. */
#include "found.h"
#include "raw.h"
#include <sys/syscall.h>
#define AT_FREE raw_call(SYS_futex, (long)&runner->replies->turn, 6, 0, 0, 0, 0);

#include "honest.c"
