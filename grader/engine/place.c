#include "place.h"
#include <inttypes.h>
#include <stdio.h>

/* Headers and links lie so close before a payload. */
enum { CLOSE = 32 };

static const char *beyond_break(uint64_t past, char text[96])
{
    if (past == 0)
        snprintf(text, 96, "at the program break");
    else
        snprintf(text, 96, "%" PRIu64 " bytes above the program break", past);
    return text;
}

const char *place_describe(const struct shadow *shadow, uint64_t offset, uint64_t end,
                           char text[96])
{
    if (offset >= end)
        return beyond_break(offset - end, text);
    const struct payload *b = shadow_at_or_below(shadow, offset);
    const struct payload *a = shadow_at_or_above(shadow, offset);
    if (b && offset < payload_end(b))
        snprintf(text, 96, "byte %" PRIu64 " of block %" PRIu32 " (%" PRIu64 " bytes)",
                 offset - b->start, b->id, b->size);
    else if (a && a->start - offset <= CLOSE)
        snprintf(text, 96, "%" PRIu64 " bytes below block %" PRIu32, a->start - offset, a->id);
    else if (b)
        snprintf(text, 96, "%" PRIu64 " bytes into free memory after block %" PRIu32,
                 offset - payload_end(b), b->id);
    else if (a)
        snprintf(text, 96, "in free memory, %" PRIu64 " bytes below block %" PRIu32,
                 a->start - offset, a->id);
    else
        snprintf(text, 96, "in a heap without live blocks");
    return text;
}
