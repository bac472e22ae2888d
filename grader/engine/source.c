#include "source.h"
#include "command.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* addr2line answers in two lines: the function, then /path/to/file.c:123 (note). */
static void compose(char *output, char *text, size_t bytes)
{
    char *function = strtok(output, "\n"), *place = strtok(NULL, "\n");
    if (!function || !place || strchr(function, '?') || strchr(place, '?'))
        return;
    char *slash = strrchr(place, '/');
    place = slash ? slash + 1 : place;
    place[strcspn(place, " ")] = '\0';
    snprintf(text, bytes, " in %s(), %s", function, place);
}

void source_describe(const char *program, uint64_t offset, char *text, size_t bytes)
{
    char address[32], path[4096];
    text[0] = '\0';
    snprintf(address, sizeof address, "0x%" PRIx64, offset);
    snprintf(path, sizeof path, "%s", program);
    char tool[] = "addr2line", functions[] = "-f", executable[] = "-e";
    char *argv[] = {tool, functions, executable, path, address, NULL};
    struct command_result result = command_run(argv, NULL, 4096, 10);
    if (result.status == 0)
        compose(result.output, text, bytes);
    free(result.output);
}
