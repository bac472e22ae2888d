/* Tries to replace the function that installs the system call filter. */
void runner_setup(void)
{
}

#include "honest.c"
