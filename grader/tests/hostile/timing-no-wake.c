/* Tries to save the wake-up call of each answer: the referee looks up by itself soon. */
#define HAND_OVER(mine, turn, theirs_asleep)                                                   \
    atomic_store_explicit(mine, turn, memory_order_release)

#include "loop.h"

#include "honest.c"
