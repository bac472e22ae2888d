#include "say.h"
#include "utf8.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static bool verbose;

void say_verbose(bool on)
{
    verbose = on;
}

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("mdriver: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
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
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
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

char *must_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(must_alloc(bytes), text, bytes);
}

void say_escaped(FILE *out, const char *text, size_t bytes, const char *margin)
{
    bool fresh = true;
    for (size_t i = 0; i < bytes;) {
        unsigned char c = (unsigned char)text[i];
        size_t run = utf8_length(text + i, bytes - i);
        if (fresh)
            fputs(margin, out);
        fresh = c == '\n';
        if (c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f))
            fputc(c, out);
        else if (run > 1)
            fwrite(text + i, 1, run, out);
        else
            fprintf(out, "\\x%02x", c);
        i += run ? run : 1;
    }
    if (!fresh)
        fputc('\n', out);
}
