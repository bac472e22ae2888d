#include "source.h"
#include "sandbox.h"
#include "say.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Debug information can be made to take for ever, or all memory. */
enum { ASK_SECONDS = 5 };
#define ASK_MEMORY ((uint64_t)1 << 30)

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

/*
 * `section` NULL: an address of a program; else an offset within a section of an object. The
 * file is the submission's own work. A tool that took too long with it is not asked again:
 * there may be a finding for each trace.
 */
static void ask(const char *file, const char *section, uint64_t offset, char *text,
                size_t bytes)
{
    static bool too_slow;
    char address[32], folder[4200];
    const char *slash = strrchr(file, '/');
    text[0] = '\0';
    if (too_slow || !slash || slash - file >= (ptrdiff_t)sizeof folder)
        return;
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - file), file);
    snprintf(address, sizeof address, "0x%" PRIx64, offset);
    struct words words = {0};
    words_add(&words, "addr2line -f -e");
    words_join(&words, slash + 1, "");
    if (section) {
        words_add(&words, "-j");
        words_join(&words, section, "");
    }
    words_add(&words, address);
    struct command_result result = sandbox_run(&(struct sandbox_task){.command = &words,
                                                                      .folder = folder,
                                                                      .in = slash + 1,
                                                                      .seconds = ASK_SECONDS,
                                                                      .memory = ASK_MEMORY});
    too_slow = result.timed_out;
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

/* "/path/to/mm.c:143 (discriminator 2)" */
static void take_frame(struct source_place *place, const char *function, char *where)
{
    char *slash = strrchr(where, '/'), *file = slash ? slash + 1 : where;
    char *colon = strrchr(file, ':');
    if (place->depth == SOURCE_DEPTH || *function == '?' || !colon)
        return;
    *colon = '\0';
    snprintf(place->frames[place->depth].file, sizeof place->frames[0].file, "%s", file);
    snprintf(place->frames[place->depth].function, sizeof place->frames[0].function, "%s",
             function);
    place->frames[place->depth++].line = (unsigned)strtoul(colon + 1, NULL, 10);
}

/* With -a each address comes first, alone; then pairs of lines: function, place. */
static void read_places(char *output, struct source_place *places, size_t count)
{
    size_t next = 0;
    char *function = NULL, *rest;
    for (char *line = strtok_r(output, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (!function && strncmp(line, "0x", 2) == 0) {
            if (next++ == count)
                return;
        } else if (!function) {
            function = line;
        } else {
            if (next)
                take_frame(&places[next - 1], function, line);
            function = NULL;
        }
    }
}

void source_find(const char *program, const uint64_t *instructions, size_t count,
                 struct source_place *places)
{
    enum { WORDS = 5, BYTES = 24 };
    char tool[] = "addr2line", options[] = "-afie", path[4200];
    char **argv = must_alloc((count + WORDS) * sizeof *argv);
    char *digits = must_alloc(count * BYTES);
    memset(places, 0, count * sizeof *places);
    snprintf(path, sizeof path, "%s", program);
    argv[0] = tool;
    argv[1] = options;
    argv[2] = path;
    for (size_t i = 0; i < count; i++) {
        argv[3 + i] = digits + i * BYTES;
        snprintf(argv[3 + i], BYTES, "0x%" PRIx64, instructions[i]);
    }
    struct command_result result =
        command_run(&(struct command){.argv = argv, .keep = 65536, .seconds = 10});
    if (result.status == 0)
        read_places(result.output, places, count);
    free(result.output);
    free(digits);
    free(argv);
}
