/*
 * say.h - the referee's own voice: what went wrong with us, and what we note in passing.
 *
 * Three voices exist (a finding about the student's allocator is the third, finding.h):
 * die() is for our own faults and bad input, note() is heard only with --verbose.
 */
#ifndef SAY_H
#define SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Says one sentence on stderr and ends the program with exit status 2. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says one line on stderr when say_verbose(true) was called; otherwise does nothing. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

void say_verbose(bool on);

/*
 * May escape sequences go to this file? It is a terminal that obeys them, which a TERM of
 * "dumb" (an editor's window) does not. And may they colour? Not where NO_COLOR is set.
 */
bool say_can_draw(int fd);
bool say_can_colour(int fd);

/* Memory that is there or the program ends: the referee's own bookkeeping. */
void *must_alloc(size_t bytes);
void *must_resize(void *old, size_t bytes);
char *must_copy(const char *text);

/*
 * The array `items`, of `count` items of `bytes` bytes each, with room for one more. It may
 * have moved; *room, how many it can hold, is 0 for NULL.
 */
void *must_grow(void *items, size_t count, size_t *room, size_t bytes);

/* Fills `bytes` bytes with what nobody can guess, or ends the program. */
void must_random(void *at, size_t bytes);

/*
 * Returns a copy, to be freed, of a name that somebody else made, in which a terminal finds
 * nothing to obey: control bytes, and bytes beyond ASCII that are not valid UTF-8, become
 * \xNN. It is one line.
 */
char *say_escape(const char *text);

/*
 * Prints such text, of which newlines and tabs stay; each line begins with `margin`, and the
 * last one ends.
 */
void say_escaped(FILE *out, const char *text, size_t bytes, const char *margin);

/*
 * Prints such text as a paragraph in 80 columns. The first line begins at `column`, which
 * the caller has printed up to; each further one with `margin`.
 */
void say_wrapped(FILE *out, const char *text, size_t bytes, size_t column, const char *margin);

#endif
