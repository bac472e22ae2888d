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

/* `section` NULL: an address of a program; else an offset within a section of an object. */
static void ask(const char *file, const char *section, uint64_t offset, char *text,
                size_t bytes)
{
    char address[32], path[4200], part[80];
    text[0] = '\0';
    snprintf(address, sizeof address, "0x%" PRIx64, offset);
    snprintf(path, sizeof path, "%s", file);
    snprintf(part, sizeof part, "%s", section ? section : "");
    char tool[] = "addr2line", functions[] = "-f", named[] = "-e", within[] = "-j";
    char *in_program[] = {tool, functions, named, path, address, NULL};
    char *in_section[] = {tool, functions, named, path, within, part, address, NULL};
    const struct command command = {
        .argv = section ? in_section : in_program, .keep = 4096, .seconds = 10};
    struct command_result result = command_run(&command);
    if (result.status == 0)
        compose(result.output, text, bytes);
    free(result.output);
}

void source_describe(const char *program, uint64_t offset, char *text, size_t bytes)
{
    ask(program, NULL, offset, text, bytes);
}

void source_describe_object(const char *object, const char *section, uint64_t offset,
                            char *text, size_t bytes)
{
    ask(object, section, offset, text, bytes);
}
