#include "source.h"
#include "file.h"
#include "sandbox.h"
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
 * Runs addr2line with `options` on a file that is the submission's own work; the addresses
 * follow. A tool that took too long with it is not asked again: there may be a finding for
 * each trace. The answer's output is NULL when there is none.
 */
static struct command_result ask(const char *file, const char *options, const char *section,
                                 const uint64_t *addresses, size_t count)
{
    static bool too_slow;
    struct words words = {0};
    char digits[32], folder[FILE_PATH];
    const char *slash = strrchr(file, '/');
    if (too_slow || !slash || slash - file >= (ptrdiff_t)sizeof folder)
        return (struct command_result){.status = 1};
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - file), file);
    words_add(&words, "addr2line");
    words_add(&words, options);
    words_join(&words, slash + 1, "");
    if (section) {
        words_add(&words, "-j");
        words_join(&words, section, "");
    }
    for (size_t i = 0; i < count; i++) {
        snprintf(digits, sizeof digits, "0x%" PRIx64, addresses[i]);
        words_add(&words, digits);
    }
    struct command_result result = sandbox_run(&(struct sandbox_task){.command = &words,
                                                                      .folder = folder,
                                                                      .in = slash + 1,
                                                                      .seconds = ASK_SECONDS,
                                                                      .memory = ASK_MEMORY});
    too_slow = result.timed_out;
    return result;
}

void source_describe(const char *file, const char *section, uint64_t offset, char *text,
                     size_t bytes)
{
    text[0] = '\0';
    struct command_result result = ask(file, "-fe", section, &offset, 1);
    if (result.status == 0)
        compose(result.output, text, bytes);
    free(result.output);
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
    memset(places, 0, count * sizeof *places);
    struct command_result result = ask(program, "-afie", NULL, instructions, count);
    if (result.status == 0)
        read_places(result.output, places, count);
    free(result.output);
}
