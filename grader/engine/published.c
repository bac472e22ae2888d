#include "published.h"
#include "say.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row, and nothing after it. The name has no blanks: it is a file's. */
static bool read_row(const char *line, struct published_trace *row)
{
    int end = -1;
    *row = (struct published_trace){.ratio = 0};
    sscanf(line, "%15s\t%127s\t%" SCNu64 "\t%" SCNu64 "\t%lf\t%lf %n", row->profile, row->name,
           &row->peak_payload, &row->peak_heap, &row->ratio, &row->counted, &end);
    return end >= 0 && line[end] == '\0' && row->peak_heap > 0 && row->peak_payload > 0 &&
           row->ratio > 1e-6 && row->ratio < 1e6 && row->counted >= 0 && row->counted < 1e6;
}

static void append(struct published *published, const struct published_trace *row)
{
    published->traces =
        must_resize(published->traces, (published->count + 1) * sizeof *published->traces);
    published->traces[published->count++] = *row;
}

bool published_parse(const char *path, const char *text, size_t bytes,
                     struct published *published, char *why, size_t why_bytes)
{
    char line[512];
    unsigned number = 0;
    *published = (struct published){0};
    for (size_t at = 0; at < bytes;) {
        size_t length = 0;
        while (at + length < bytes && text[at + length] != '\n')
            length++;
        snprintf(line, sizeof line, "%.*s", length < sizeof line ? (int)length : 0, text + at);
        at += length + 1;
        number++;
        struct published_trace row;
        if (line[0] == '#' || length == 0)
            continue;
        if (!read_row(line, &row)) {
            snprintf(
                why, why_bytes,
                "%s:%u: expected a profile, a trace's name, two sizes in bytes and two ratios, "
                "with tabs between them; make measured writes such a table",
                path, number);
            published_free(published);
            return false;
        }
        append(published, &row);
    }
    return true;
}

void published_free(struct published *published)
{
    free(published->traces);
    *published = (struct published){0};
}

const struct published_trace *published_find(const struct published *published,
                                             const char *profile, const char *name)
{
    for (size_t i = 0; i < published->count; i++)
        if (strcmp(published->traces[i].name, name) == 0 &&
            strcmp(published->traces[i].profile, profile) == 0)
            return &published->traces[i];
    return NULL;
}
