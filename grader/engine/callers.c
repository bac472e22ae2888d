#include "callers.h"
#include "source.h"
#include <stdio.h>
#include <string.h>

static bool is_submission(const struct source_place *place, size_t frame)
{
    return frame < place->depth && strcmp(place->frames[frame].file, "mm.c") == 0;
}

/* The compiler may cut a function in two, one of which calls the other: it is named once. */
static bool is_last(const struct callers *callers, const char *function)
{
    return callers->count && strcmp(callers->calls[callers->count - 1].function, function) == 0;
}

/* Adds the frames of a place that are in mm.c; the outermost is the function itself. */
static bool add_place(struct callers *callers, const struct source_place *place)
{
    bool any = false;
    for (size_t i = 0; i < place->depth && callers->count < CALLERS_MOST; i++) {
        any |= is_submission(place, i);
        if (is_submission(place, i) && !is_last(callers, place->frames[i].function)) {
            memcpy(callers->calls[callers->count].function, place->frames[i].function, 64);
            callers->calls[callers->count++].line = place->frames[i].line;
        }
    }
    return any;
}

/* Did this call lead to where we are? It names that function, or, of a library's, none. */
static bool leads_here(const struct callers *callers, const struct source_place *target)
{
    if (target->depth == 0)
        return callers->count == 0;
    size_t outermost = target->depth - 1;
    return callers->count == 0 ? !is_submission(target, outermost)
                               : is_last(callers, target->frames[outermost].function);
}

/* "memset" for "__memset_avx512_unaligned_erms": the name that a program calls it by. */
static void name_library(const char *function, char name[64])
{
    function += strspn(function, "_");
    if (strncmp(function, "memmove", 7) == 0)
        function = "memcpy or memmove"; /* the C library has one function for both */
    snprintf(name, 64, "%.*s", (int)strcspn(function, "_"), function);
}

void callers_find(const struct tracer_site *site, const char *program, struct callers *callers)
{
    uint64_t asked[1 + 2 * TRACER_CALLS] = {site->instruction};
    struct source_place places[1 + 2 * TRACER_CALLS];
    size_t count = site->count;
    *callers = (struct callers){0};
    for (size_t i = 0; i < count; i++) {
        asked[1 + i] = site->calls[i].from;
        asked[1 + count + i] = site->calls[i].target;
    }
    source_find(program, asked, 1 + 2 * count, places);
    if (!add_place(callers, &places[0]) && places[0].depth)
        name_library(places[0].frames[0].function, callers->through);
    for (size_t i = 0; i < count && callers->count < CALLERS_MOST; i++)
        if (leads_here(callers, &places[1 + count + i]))
            add_place(callers, &places[1 + i]);
}
