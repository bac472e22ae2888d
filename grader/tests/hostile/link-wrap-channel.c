/* Tries to replace the way in which the runner answers. */
#include "channel.h"
void channel_pass(_Atomic uint32_t *mine, uint32_t turn, _Atomic uint32_t *asleep)
{
    (void)mine;
    (void)turn;
    (void)asleep;
}

#include "honest.c"
