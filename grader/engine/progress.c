#include "progress.h"
#include "say.h"
#include "utf8.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void progress_show(const char *what, const char *name, size_t at, size_t of)
{
    if (!say_can_draw(STDERR_FILENO))
        return;
    char *shown = say_escape(name);
    fprintf(stderr, "\r\033[K%s %zu of %zu: %.*s", what, at + 1, of, (int)utf8_whole(shown, 40),
            shown);
    free(shown);
}

void progress_end(void)
{
    if (say_can_draw(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
