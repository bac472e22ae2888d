/* Tries to keep a table in two pages of the C library's break, when timed. */
#include "raw.h"
#include <sys/syscall.h>
#define KEPT raw_call(SYS_brk, raw_call(SYS_brk, 0, 0, 0, 0, 0, 0) + 8192, 0, 0, 0, 0, 0) - 8192

#include "search.h"

#include "honest.c"
