/* words.h - a command line under construction. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

enum { WORDS_MAX = 512 };

/* Starts as {0}. The words are copies; argv ends with NULL. Needs no release. */
struct words {
    char text[32768];
    size_t used;
    char *argv[WORDS_MAX + 1];
    size_t count;
};

/* Adds each word of a text with blanks between them. Ends the program when there is no room. */
void words_add(struct words *words, const char *text);

/* Adds one word, blanks and all, made of two parts. */
void words_join(struct words *words, const char *a, const char *b);

/* Adds all words of another command line. */
void words_append(struct words *words, char *const *argv);

#endif
