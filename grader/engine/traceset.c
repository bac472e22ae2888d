#include "traceset.h"
#include "say.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Folders below folders, no deeper: a link may lead back to where we came from. */
enum { DEEPEST = 8 };

static bool ends_in_rep(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".rep") == 0;
}

static void read_entry(struct traceset_entry *entry)
{
    const char *slash = strrchr(entry->path, '/');
    entry->name = must_copy(slash ? slash + 1 : entry->path);
    if (ends_in_rep(entry->name))
        entry->name[strlen(entry->name) - 4] = '\0';
    entry->category = must_copy(entry->name);
    entry->category[strcspn(entry->category, "-")] = '\0';
    trace_must_read(entry->path, &entry->trace);
}

static void add_file(struct traceset *set, const char *path)
{
    set->entries = must_grow(set->entries, set->count, &set->room, sizeof *set->entries);
    set->entries[set->count] = (struct traceset_entry){.path = must_copy(path)};
    struct traceset_entry *entry = &set->entries[set->count];
    read_entry(entry);
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->entries[i].name, entry->name) == 0)
            die("%s: %s has the same name; rename one", path, set->entries[i].path);
    set->count++;
}

static void add_folder(struct traceset *set, const char *path, int depth);

static void add_any(struct traceset *set, const char *path, int depth)
{
    struct stat status;
    if (stat(path, &status) != 0)
        die("%s: no such trace file or folder: %s", path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        add_folder(set, path, depth + 1);
    else if (depth == 0 || ends_in_rep(path))
        add_file(set, path);
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In the order of strcmp: the same on every machine, whatever its language. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_folder(struct traceset *set, const char *path, int depth)
{
    struct dirent **names;
    if (depth > DEEPEST)
        die("%s: folders are nested more than %d deep here", path, DEEPEST);
    int count = scandir(path, &names, visible, by_bytes);
    if (count < 0)
        die("%s: cannot be read: %s", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        size_t bytes = strlen(path) + strlen(names[i]->d_name) + 2;
        char *inner = must_alloc(bytes);
        snprintf(inner, bytes, "%s/%s", path, names[i]->d_name);
        add_any(set, inner, depth);
        free(inner);
        free(names[i]);
    }
    free(names);
}

void traceset_add(struct traceset *set, const char *path)
{
    size_t before = set->count;
    add_any(set, path, 0);
    if (set->count == before)
        die("%s: this folder holds no trace (*.rep)", path);
}
