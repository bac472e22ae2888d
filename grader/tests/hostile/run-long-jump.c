/* Tries to leave mm_malloc by a jump to a place of the past, under which the stack has moved.
 */
static void *place[5];
#define AT_INIT                                                                                \
    if (__builtin_setjmp(place))                                                               \
        return true;
#define AT_MALLOC                                                                              \
    static int calls;                                                                          \
    if (++calls == 500)                                                                        \
        __builtin_longjmp(place, 1);

#include "honest.c"
