#include "say.h"
#include "utf8.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define LINES "\n\t" /* what a text of several lines keeps */

static bool verbose;

void say_verbose(bool on)
{
    verbose = on;
}

bool say_can_draw(int fd)
{
    const char *terminal = getenv("TERM");
    return isatty(fd) && terminal && strcmp(terminal, "dumb") != 0;
}

bool say_can_colour(int fd)
{
    const char *refused = getenv("NO_COLOR"); /* no-color.org */
    return say_can_draw(fd) && !(refused && *refused);
}

/*
 * Puts into `shown` what a terminal is given of the first character; returns its bytes.
 * Control characters that are not in `kept` are written out.
 */
static size_t show(const char *text, size_t bytes, const char *kept, char shown[5])
{
    unsigned char c = (unsigned char)text[0];
    bool control = c == '\0' || (c < ' ' && !strchr(kept, c)) || c == 0x7f;
    size_t length = control ? 0 : utf8_length(text, bytes);
    if (length)
        snprintf(shown, 5, "%.*s", (int)length, text);
    else
        snprintf(shown, 5, "\\x%02x", c);
    return length ? length : 1;
}

/* Names of files are in it, which may hold anything. No memory is taken: there may be none. */
static void complain(const char *format, va_list args)
{
    char text[16384], shown[5];
    int printed = vsnprintf(text, sizeof text, format, args);
    size_t bytes = printed < 0 ? 0 : strnlen(text, sizeof text);
    for (size_t i = 0; i < bytes;) {
        i += show(text + i, bytes - i, LINES, shown);
        fputs(shown, stderr);
    }
    fputc('\n', stderr);
}

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", program_invocation_short_name);
    complain(format, args);
    va_end(args);
    exit(2);
}

void note(const char *format, ...)
{
    if (!verbose)
        return;
    va_list args;
    va_start(args, format);
    fputs("  note: ", stderr);
    complain(format, args);
    va_end(args);
}

void *must_alloc(size_t bytes)
{
    void *memory = calloc(1, bytes ? bytes : 1);
    if (!memory)
        die("out of memory (%zu bytes); close other programs and run it again", bytes);
    return memory;
}

void *must_resize(void *old, size_t bytes)
{
    void *memory = realloc(old, bytes ? bytes : 1);
    if (!memory)
        die("out of memory (%zu bytes); close other programs and run it again", bytes);
    return memory;
}

void *must_grow(void *items, size_t count, size_t *room, size_t bytes)
{
    if (count < *room)
        return items;
    *room = *room ? 2 * *room : 64;
    return must_resize(items, *room * bytes);
}

char *must_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(must_alloc(bytes), text, bytes);
}

/* The kernel gives 256 bytes in one piece; more may come in several. */
void must_random(void *at, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t got = getrandom((char *)at + done, bytes - done, 0);
        if (got < 0 && errno != EINTR)
            die("the kernel gives no random bytes (getrandom): %s", strerror(errno));
        done += got > 0 ? (size_t)got : 0;
    }
}

static char *escape(const char *text, size_t bytes, const char *kept)
{
    char *escaped = must_alloc(4 * bytes + 1), *to = escaped, shown[5];
    for (size_t i = 0; i < bytes;) {
        i += show(text + i, bytes - i, kept, shown);
        to += strlen(strcpy(to, shown));
    }
    return escaped;
}

char *say_escape(const char *text)
{
    return escape(text, strlen(text), "");
}

void say_escaped(FILE *out, const char *text, size_t bytes, const char *margin)
{
    char *escaped = escape(text, bytes, LINES), *line = escaped;
    while (*line) {
        size_t length = strcspn(line, "\n");
        fprintf(out, "%s%.*s\n", margin, (int)length, line);
        line += length + (line[length] == '\n');
    }
    free(escaped);
}

void say_wrapped(FILE *out, const char *text, size_t bytes, size_t column, const char *margin)
{
    char *escaped = escape(text, bytes, LINES), *word = escaped;
    for (bool first = true; *(word += strspn(word, " \n")) != '\0'; first = false) {
        size_t length = strcspn(word, " \n");
        if (!first && column + 1 + length > 79) {
            fprintf(out, "\n%s", margin);
            column = strlen(margin);
        } else if (!first) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)length, word);
        column += length;
        word += length;
    }
    fputc('\n', out);
    free(escaped);
}
