/* utf8.h - text of others comes as any bytes: which of them are a printable character? */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

/*
 * The length in bytes, 1 to 4, of the UTF-8 character at `text`, of which `bytes` bytes
 * may be read; 0 where the bytes are not one. Control characters beyond ASCII (U+0080 to
 * U+009F), the marks that turn the direction of writing, and what cannot be seen count as
 * malformed: a terminal or page that obeys them shows something other than what was written.
 */
size_t utf8_length(const char *text, size_t bytes);

/* How many of the first `most` bytes of a valid text, or of all of it, are whole characters. */
size_t utf8_whole(const char *text, size_t most);

/* The bytes, 3 or 0, of the byte order mark that some editors put before a text. */
size_t utf8_mark(const char *text, size_t bytes);

#endif
