/*
 * number.h - a whole number as a person types it: decimal digits and nothing else.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include "say.h"
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* Is all of `text` a number up to `most`? Only then *value changes. */
static inline bool number_read(const char *text, uint64_t most, uint64_t *value)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10); /* takes blanks and signs as well */
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || number > most)
        return false;
    *value = number;
    return true;
}

/* The same, or it ends the program (exit 2): `what` is not such a number. */
static inline uint64_t number_must_read(const char *what, const char *text, uint64_t most)
{
    uint64_t number;
    if (!number_read(text, most, &number))
        die("%s is a number from 0 to %" PRIu64 ", not '%s'", what, most, text);
    return number;
}

#endif
