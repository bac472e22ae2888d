/*
 * tracevary.c - writes private variations of traces.
 *
 *     tracevary SEED FOLDER TRACE...
 *
 * Each TRACE is a .rep file or a folder of them. FOLDER receives NAME-private.rep for each;
 * the seed is not written anywhere. engine/vary.h says what a variation keeps and changes.
 * Exit status: 0, or 2 with one sentence on stderr.
 */
#include "../../engine/file.h"
#include "../../engine/number.h"
#include "../../engine/say.h"
#include "../../engine/traceset.h"
#include "../../engine/vary.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void write_variation(const struct traceset_entry *entry, uint64_t seed,
                            const char *folder)
{
    struct trace varied;
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s-private.rep", folder, entry->name);
    if (length < 0 || (size_t)length >= sizeof path)
        die("a path is too long: %s/%s", folder, entry->name);
    vary_trace(&entry->trace, vary_seed(seed, entry->name), &varied);
    FILE *out = file_create(path);
    char *name = say_escape(entry->name); /* a comment ends with its line */
    fprintf(out, "# %s-private: a private variation of %s\n", name, name);
    free(name);
    trace_write(out, &varied);
    file_finish(out, path);
    trace_free(&varied);
}

int main(int argc, char **argv)
{
    struct traceset set = {0};
    if (argc < 4)
        die("usage: tracevary SEED FOLDER TRACE...");
    uint64_t seed = number_must_read("SEED", argv[1], UINT64_MAX);
    for (int i = 3; i < argc; i++)
        traceset_add(&set, argv[i]);
    if (mkdir(argv[2], 0777) != 0 && errno != EEXIST)
        die("%s: no folder can be made here: %s", argv[2], strerror(errno));
    for (size_t i = 0; i < set.count; i++)
        write_variation(&set.entries[i], seed, argv[2]);
    printf("%zu private variations are in %s\n", set.count, argv[2]);
    return 0;
}
