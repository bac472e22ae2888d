#include "words.h"
#include "file.h"
#include "say.h"
#include <stdio.h>
#include <string.h>

static void add(struct words *words, const char *word, size_t length)
{
    if (words->count == WORDS_MAX || words->used + length + 1 > sizeof words->text)
        die("a command line is too long; see CC and SUBMISSION_FLAGS in rules.mk");
    char *copy = words->text + words->used;
    memcpy(copy, word, length);
    copy[length] = '\0';
    words->used += length + 1;
    words->argv[words->count++] = copy;
}

void words_add(struct words *words, const char *text)
{
    while (*(text += strspn(text, " ")) != '\0') {
        size_t length = strcspn(text, " ");
        add(words, text, length);
        text += length;
    }
}

void words_join(struct words *words, const char *a, const char *b)
{
    char word[FILE_PATH];
    int length = snprintf(word, sizeof word, "%s%s", a, b);
    if (length < 0 || (size_t)length >= sizeof word)
        die("a path is too long: %s%s", a, b);
    add(words, word, (size_t)length);
}

void words_append(struct words *words, char *const *argv)
{
    for (; *argv; argv++)
        add(words, *argv, strlen(*argv));
}
