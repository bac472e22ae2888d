/* Tries to have a finding quote a file that the debug information names. */
#define AT_INIT fault_here();
static void fault_here(void);

#include "honest.c"

#line 1 SECRET
static void fault_here(void)
{
    *(volatile int *)8 = 1;
}
