#include "quote.h"
#include <stdio.h>
#include <string.h>

static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_./+-,:@%";

const char *quote_word(const char *word, char *text, size_t bytes)
{
    if (*word && strspn(word, harmless) == strlen(word)) {
        snprintf(text, bytes, "%s", word);
        return text;
    }
    size_t used = (size_t)snprintf(text, bytes, "'");
    for (; *word && used + 6 < bytes; word++) {
        const char *piece = *word == '\''  ? "'\\''"
                            : *word == '$' ? "$$"
                                           : (char[]){*word, '\0'};
        used += (size_t)snprintf(text + used, bytes - used, "%s", piece);
    }
    snprintf(text + used, bytes - used, "'");
    return text;
}
