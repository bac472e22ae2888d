/* Tries to hide 1 MiB of private memory by being gone when it is counted, after the end. */
#include "found.h"
#include "raw.h"
#include <string.h>
#include <sys/syscall.h>
#define TABLE(bytes)                                                                           \
    (void *)(raw_call(SYS_brk, raw_call(SYS_brk, 0, 0, 0, 0, 0, 0) + (1 << 20), 0, 0, 0, 0,    \
                      0) -                                                                     \
             (1 << 20));                                                                       \
    if (!runner->orders->local_break)                                                          \
    memset(lists, 1, 1 << 20)
static int live;
#define AT_FREE                                                                                \
    if (ptr && --live == 0 && !runner->orders->local_break) {                                  \
        runner->replies->pointers[0] = 0;                                                      \
        runner->replies->kind = REPLY_DONE;                                                    \
        runner->replies->turn = runner->orders->turn;                                          \
        raw_call(SYS_exit_group, 0, 0, 0, 0, 0, 0);                                            \
    }
#define RESULT(payload) (live++, payload)

#include "honest.c"
