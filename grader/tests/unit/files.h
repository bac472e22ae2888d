/* files.h - for unit tests of what reads files. */
#ifndef FILES_H
#define FILES_H

#include "unit.h"

#include <stdio.h>

/* Writes `text` into the file `path`, in place of what was there. */
static inline void write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

#endif
