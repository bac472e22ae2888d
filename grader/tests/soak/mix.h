/*
 * mix.h - long random traces for the soak: mixes of all operations, each in its own manner.
 *
 * What a mix does often, seldom or never is drawn first, its operations after that. Mixes that
 * all did everything would all be alike (A. Groce et al., "Swarm testing", ISSTA 2012).
 */
#ifndef MIX_H
#define MIX_H

#include "trace.h"
#include <stdint.h>

/* The sum of live payloads stays below this many bytes, giant ones apart. */
#define MIX_LIVE_BYTES ((uint64_t)32 << 20)

/*
 * Makes the mix that `seed` stands for, of at most `most` operations, no request between
 * `limit` and 2^47 bytes; trace_free() releases it.
 */
void mix_make(uint64_t seed, size_t most, uint64_t limit, struct trace *mix);

#endif
