/*
 * traceset.h - the traces of a grade: files and folders, read and in order.
 *
 * A trace's category is its name up to the first '-': struct-small.rep is a `struct`.
 */
#ifndef TRACESET_H
#define TRACESET_H

#include "trace.h"

struct traceset_entry {
    char *path, *name, *category; /* name: the file's, without .rep */
    struct trace trace;
};

struct traceset {
    struct traceset_entry *entries;
    size_t count, room;
};

/*
 * Adds the trace in file `path`, or every *.rep below folder `path`, sorted by name. Ends
 * the program (exit 2) with file, line and what was expected when a trace is damaged or
 * missing, a folder holds none, or two have the same name.
 */
void traceset_add(struct traceset *set, const char *path);

#endif
