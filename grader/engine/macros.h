/* macros.h - the function-like macros that a C source defines: #define MAX(a, b) ... */
#ifndef MACROS_H
#define MACROS_H

#include <stddef.h>

struct macro {
    unsigned line;
    char name[64]; /* cut to fit */
};

/*
 * Finds them in `text`, any bytes, in one pass. Comments, strings and lines that are continued
 * are seen as a compiler sees them; what `#if` leaves out is not left out. The first `room` of
 * them go into `found`; returns how many there are.
 */
size_t macros_find(const char *text, size_t bytes, struct macro *found, size_t room);

#endif
