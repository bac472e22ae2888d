/*
 * damage.h - a little damage to a heap, outside of all live payloads, as a stray write of
 * an allocator would do it. Chosen at random, and the same again for the same number.
 *
 * Half of the damages are one flipped bit, half are one word (8 bytes, aligned) replaced:
 * by a random number, by zero, or by another word of the heap. Half may be anywhere
 * outside of payloads, half lie within DAMAGE_NEAR bytes of one or of the break, where most
 * bookkeeping is.
 */
#ifndef DAMAGE_H
#define DAMAGE_H

#include "heap.h"
#include "shadow.h"
#include <stdbool.h>
#include <stdint.h>

#define DAMAGE_NEAR ((uint64_t)32)

struct damage {
    uint64_t at;          /* offset of the first byte */
    bool is_word;         /* 8 bytes, or 1 */
    uint64_t before, now; /* what stood there, what does */
    char where[160];      /* in words: "8 bytes below block 12, which line 40 made" */
};

/*
 * Chooses a damage by `random`, any number, for the heap whose live payloads `shadow`
 * holds, and does it. Returns false when there is no byte outside of payloads.
 */
bool damage_do(struct damage *damage, struct heap *heap, const struct shadow *shadow,
               uint64_t random);

/*
 * "bit 3 of the byte at heap+0x18 (8 bytes below block 12, which line 40 made) flipped: 0x21
 * became 0x29"
 */
const char *damage_describe(const struct damage *damage, char text[320]);

#endif
