/* Tries to reach the network. */
#include "raw.h"
#include <sys/syscall.h>
#define AT_INIT raw_call(SYS_socket, 2, 1, 0, 0, 0, 0);

#include "honest.c"
