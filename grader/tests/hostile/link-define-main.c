/* Tries to replace the runner's loop by a main function of its own. */
int main(void)
{
    return 0;
}

#include "honest.c"
