/* Tries to slow the reference down by so little work each time that nobody minds. */
#include "raw.h"
#include <linux/futex.h>
#include <sys/syscall.h>
#define IN_LOOP       unsigned long budget = 0;
#define PASS          budget = 380000;
#define WHILE_WAITING spin_a_little(theirs, turn);
static unsigned long left;
static void spin_a_little(_Atomic unsigned *theirs, unsigned turn)
{
    long nap[2] = {0, 30000};
    unsigned long begun;
    raw_call(SYS_futex, (long)theirs, FUTEX_WAIT, turn - 1, (long)nap, 0, 0);
    begun = __builtin_ia32_rdtsc();
    while (left && *theirs != turn && __builtin_ia32_rdtsc() - begun < 40000)
        ;
    left -= left < 40000 ? left : 40000;
}
#undef PASS
#define PASS left = orders->local_break ? 280000 : 0;
#undef IN_LOOP

#include "loop.h"

#include "honest.c"
