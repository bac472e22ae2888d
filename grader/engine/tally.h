/* tally.h - adds up the payload that is live, from operations and the pointers they returned.
 */
#ifndef TALLY_H
#define TALLY_H

#include "trace.h"
#include <stddef.h>
#include <stdint.h>

struct tally {
    uint64_t live, peak; /* bytes: now, and the highest so far */
    uint64_t size[];     /* per id */
};

/* A tally for a trace of `ids` ids, to be released by tally_close(). */
struct tally *tally_open(uint32_t ids);
void tally_close(struct tally *tally);

/* Adds `count` operations and what each returned; 0 is NULL. */
void tally_add(struct tally *tally, const struct operation *operations,
               const uint64_t *pointers, size_t count);

#endif
