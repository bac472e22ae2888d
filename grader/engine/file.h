/* file.h - whole files, with a sentence for what can go wrong. */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Room for the name of a file, the folders before it and a NUL included; as much as any has. */
enum { FILE_PATH = 4200 };

/*
 * Returns the bytes of the regular file at `path`, NUL-terminated behind *bytes, to be
 * freed by the caller; or NULL and a sentence in `why` when it is missing, not a regular
 * file, larger than `limit`, or cannot be read to its end. *bytes means nothing then.
 */
char *file_read(const char *path, size_t limit, size_t *bytes, char *why, size_t why_bytes);

/* The same for a file that a stranger put there: a symbolic link is not followed. */
char *file_read_itself(const char *path, size_t limit, size_t *bytes, char *why,
                       size_t why_bytes);

/* Writes all of it; false when that fails, errno says why. */
bool file_write(int fd, const char *text, size_t bytes);

/*
 * A new file at `path`, in place of what was there; file_finish() closes it. Either ends the
 * program (exit 2) with a sentence when what is written does not arrive there.
 */
FILE *file_create(const char *path);
void file_finish(FILE *out, const char *path);

/*
 * A file that takes the place of the one at `path` when it is complete, or not at all. It is
 * written beside that one, under a *name of its own; NULL when it cannot be. file_replace()
 * closes it, puts it in its place, and frees the name. False, of a NULL too: errno says why,
 * and nothing is left of it.
 */
FILE *file_draft(const char *path, char **name);
bool file_replace(FILE *draft, char *name, const char *path);

#endif
