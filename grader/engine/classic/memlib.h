/* classic/memlib.h - memlib.h, and two names that submissions of the newer style use. */
#ifndef CLASSIC_MEMLIB_H
#define CLASSIC_MEMLIB_H

/* There is no mem_brk in that lab: the name is the submission's. */
#define mem_brk memlib_brk
#include "../memlib.h"
#undef mem_brk

/* A submission that declares it once more says int, as that lab does. */
#ifdef CLASSIC_OLDER
static inline void *classic_sbrk(int increment)
{
    return mem_sbrk(increment);
}
#define mem_sbrk classic_sbrk
#endif

static inline void *mem_memcpy(void *to, const void *from, size_t size)
{
    return __builtin_memcpy(to, from, size);
}

static inline void *mem_memset(void *to, int byte, size_t size)
{
    return __builtin_memset(to, byte, size);
}

#endif
