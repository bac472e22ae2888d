/* quote.h - words for make: what we tell people to type must work when they type it. */
#ifndef QUOTE_H
#define QUOTE_H

#include <stddef.h>

/*
 * Writes `word` into `text` so that `make NAME=text`, typed into a POSIX shell, gives it back
 * as it was: as it is when it holds only harmless characters, else in single quotes, for the
 * shell, and each $ twice, for make. A result longer than `bytes` is cut. Returns `text`.
 */
const char *quote_word(const char *word, char *text, size_t bytes);

#endif
