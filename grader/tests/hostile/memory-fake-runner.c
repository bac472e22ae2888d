/* Tries to make the fault handler wait for ever: it reads the turn through a pointer of ours.
 */
#include "found.h"
static char zeros[64] __attribute__((aligned(64)));
#define AT_MALLOC                                                                              \
    if (size == 111) {                                                                         \
        static struct runner fake;                                                             \
        fake.orders = (const struct orders *)zeros;                                            \
        fake.replies = (struct replies *)zeros;                                                \
        *kit_runner = &fake;                                                                   \
        *(volatile int *)8 = 1;                                                                \
    }

#include "honest.c"
