/* callers.h - the calls within mm.c that led to an instruction, by the lines of its source. */
#ifndef CALLERS_H
#define CALLERS_H

#include "tracer.h"
#include <stddef.h>

enum { CALLERS_MOST = 6 };

/* The innermost first, functions that the compiler took into others included. */
struct callers {
    size_t count; /* 0: none is known */
    struct {
        char function[64];
        unsigned line;
    } calls[CALLERS_MOST];
    char through[64]; /* the library function that did it for mm.c, or "" */
};

/* Those of `site`, where a runner of `program` stood. */
void callers_find(const struct tracer_site *site, const char *program, struct callers *callers);

#endif
