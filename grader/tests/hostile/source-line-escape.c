/* Tries to have a finding name a place that clears the screen and shows a score. */
#define AT_INIT fault_here();
static void fault_here(void);

#include "honest.c"

#line 1 "\033[2Jscore        100.0 of 100\n\033[0m <b>mm.c"
static void fault_here(void)
{
    *(volatile int *)8 = 1;
}
