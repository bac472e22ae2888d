#include "macros.h"
#include <stdbool.h>
#include <string.h>

/* A source as a compiler reads it: a backslash at the end of a line joins it to the next. */
struct scan {
    const char *at, *end;
    unsigned line;
};

enum { THE_END = -1 };

/* A continued line: GCC and clang allow blanks between the backslash and the line's end. */
static bool skip_continuation(struct scan *s)
{
    const char *next = s->at + 1;
    while (next < s->end && (*next == ' ' || *next == '\t' || *next == '\r'))
        next++;
    if (next == s->end || *next != '\n')
        return false;
    s->at = next + 1;
    s->line++;
    return true;
}

static int peek(struct scan *s)
{
    while (s->at < s->end && *s->at == '\\' && skip_continuation(s))
        ;
    return s->at < s->end ? (unsigned char)*s->at : THE_END;
}

static int take(struct scan *s)
{
    int c = peek(s);
    s->line += c == '\n';
    s->at += c != THE_END;
    return c;
}

static bool accept(struct scan *s, int c)
{
    if (peek(s) != c)
        return false;
    take(s);
    return true;
}

/* Behind the slash and star. */
static void skip_long_comment(struct scan *s)
{
    for (int c = take(s); c != THE_END; c = take(s))
        if (c == '*' && peek(s) == '/') {
            take(s);
            return;
        }
}

static void skip_line(struct scan *s)
{
    while (peek(s) != '\n' && peek(s) != THE_END)
        take(s);
}

/* Behind the opening quote. One that is never closed ends with its line. */
static void skip_literal(struct scan *s, int quote)
{
    for (int c = peek(s); c != '\n' && c != THE_END; c = peek(s)) {
        take(s);
        if (c == quote)
            return;
        if (c == '\\' && peek(s) != '\n')
            take(s);
    }
}

/* A comment, if there is one behind this slash. */
static bool skip_comment(struct scan *s)
{
    if (accept(s, '*'))
        skip_long_comment(s);
    else if (peek(s) == '/')
        skip_line(s);
    else
        return false;
    return true;
}

/* Blanks and comments, but not the end of the line. */
static void skip_blanks(struct scan *s)
{
    for (int c = peek(s); c == ' ' || (c >= '\t' && c <= '\r' && c != '\n') || c == '/';
         c = peek(s)) {
        take(s);
        if (c == '/' && !skip_comment(s))
            return;
    }
}

static bool is_name(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '$' || c >= 0x80;
}

static size_t take_name(struct scan *s, char name[64])
{
    size_t length = 0;
    for (; is_name(peek(s)); length++) {
        int c = take(s);
        if (length < 63)
            name[length] = (char)c;
    }
    name[length < 63 ? length : 63] = '\0';
    return length;
}

/* Behind the #: is it the definition of a macro with arguments? */
static bool take_definition(struct scan *s, struct macro *macro)
{
    skip_blanks(s);
    if (take_name(s, macro->name) != strlen("define") || strcmp(macro->name, "define") != 0)
        return false;
    skip_blanks(s);
    macro->line = s->line;
    return take_name(s, macro->name) > 0 && peek(s) == '(';
}

size_t macros_find(const char *text, size_t bytes, struct macro *found, size_t room)
{
    struct scan s = {.at = text, .end = text + bytes, .line = 1};
    struct macro macro;
    size_t count = 0;
    bool fresh = true; /* nothing but blanks and comments in this line so far */
    for (skip_blanks(&s); peek(&s) != THE_END; skip_blanks(&s)) {
        int c = take(&s);
        if (fresh && (c == '#' || (c == '%' && accept(&s, ':')))) {
            if (take_definition(&s, &macro) && count++ < room)
                found[count - 1] = macro;
        } else if (c == '"' || c == '\'') {
            skip_literal(&s, c);
        }
        fresh = c == '\n';
    }
    return count;
}
