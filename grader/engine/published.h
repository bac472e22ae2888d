/*
 * published.h - what is known of a reference that is not at hand.
 *
 * In the students' archive the policy names a *yardstick* as its reference, and a table that
 * says, trace by trace, how the real reference does and how fast the yardstick is beside it,
 * by the clock and by instructions. A speed that is measured beside the yardstick is then, by
 * either metric, a speed beside the reference:
 *
 *     student / reference = student / yardstick * yardstick / reference
 *
 * The table is text. A line per trace, six fields with tabs between them: the profile, the
 * trace's name, the reference's peak payload and peak heap in bytes, and the yardstick's speed
 * to the reference's by the clock and by instructions, 0 if those were not counted. `#` starts
 * a comment. `make measured` writes it.
 */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The category of traces that are not in the table; the policy gives it the weight 0. */
#define PUBLISHED_NOT "unpublished"

#define PUBLISHED_MAX_BYTES ((size_t)1 << 20)

struct published_trace {
    char profile[16], name[128];
    uint64_t peak_payload, peak_heap; /* bytes, the reference's */
    double ratio, counted; /* the yardstick's speed to the reference's; by instructions */
};

struct published {
    struct published_trace *traces;
    size_t count;
};

/*
 * Reads the table in `text`. Returns true and a table that published_free() must release, or
 * false, nothing to release, and in `why` one sentence that begins with `path`:line.
 */
bool published_parse(const char *path, const char *text, size_t bytes,
                     struct published *published, char *why, size_t why_bytes);
void published_free(struct published *published);

/* The row of a trace in a profile, or NULL. */
const struct published_trace *published_find(const struct published *published,
                                             const char *profile, const char *name);

#endif
