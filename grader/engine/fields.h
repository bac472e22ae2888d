/* fields.h - a line of text that is cut at its tabs. */
#ifndef FIELDS_H
#define FIELDS_H

#include <stddef.h>
#include <string.h>

/* One more than any line of ours has: of a line with too many, that is seen. */
enum { FIELDS = 11 };

struct fields {
    char *text[FIELDS]; /* in the line itself */
    size_t count;
};

static inline struct fields fields_cut(char *line)
{
    struct fields fields = {.count = 0};
    for (char *next = line; next && fields.count < FIELDS;) {
        fields.text[fields.count++] = next;
        next = strchr(next, '\t');
        if (next)
            *next++ = '\0';
    }
    return fields;
}

#endif
