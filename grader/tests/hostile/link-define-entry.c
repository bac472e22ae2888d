/* Tries to replace the runner's first instructions, before which nothing is confined. */
void runner_entry(void)
{
}

#include "honest.c"
