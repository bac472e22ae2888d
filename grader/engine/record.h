/* record.h - the record: a grade as one JSON document, see record.schema.json. */
#ifndef RECORD_H
#define RECORD_H

#include "grade.h"
#include <stdio.h>

#define RECORD_SCHEMA "brklab-record/1"

/* Writes the document. Errors are the stream's. */
void record_write(const struct grade *grade, FILE *out);

/*
 * The same into the file `path`, which appears complete or not at all; a pipe, a device
 * or a link is written to as it is. Ends the program (exit 2) when it cannot be written.
 */
void record_save(const struct grade *grade, const char *path);

#endif
