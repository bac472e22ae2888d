/* file.h - whole files, with a sentence for what can go wrong. */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>

/*
 * Returns the bytes of the regular file at `path`, NUL-terminated behind *bytes, to be
 * freed by the caller; or NULL and a sentence in `why` when it is missing, not a regular
 * file, or larger than `limit`.
 */
char *file_read(const char *path, size_t limit, size_t *bytes, char *why, size_t why_bytes);

#endif
