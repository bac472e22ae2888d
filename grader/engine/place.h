/* place.h - an address in words: where it lies among the blocks of a heap. */
#ifndef PLACE_H
#define PLACE_H

#include "shadow.h"

/*
 * Writes where the byte at `offset` of a heap whose break is at `end` lies: "byte 3 of block
 * 12 (64 bytes)", "16 bytes below block 12", "3 bytes into free memory after block 7", "at
 * the program break". Returns `text`.
 */
const char *place_describe(const struct shadow *shadow, uint64_t offset, uint64_t end,
                           char text[96]);

#endif
