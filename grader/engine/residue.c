#include "residue.h"
#include "say.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct residue_range {
    uint64_t from, to;
    uint8_t *bytes;
    bool *changed; /* per line: was it ever found different? */
};

/* A table is sparse: what an entry takes is more than the bytes that were seen to change. */
enum { LINE = 64 };

/* Limits keep a runner's private memory far below this. */
#define MOST_BYTES ((uint64_t)512 << 20)

/* A process seen from outside: its memory, and which pages of it exist. */
struct view {
    int memory, pagemap;
};

static int open_in(pid_t pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* Reading a page that does not exist would make it, and pages are counted. */
static bool exists(const struct view *view, uint64_t page)
{
    uint64_t entry = 0;
    off_t at = (off_t)(page * sizeof entry);
    return pread(view->pagemap, &entry, sizeof entry, at) == sizeof entry && entry >> 62;
}

/* Pages of a file read as the file until they are written, whether they exist or not. */
static void take(struct residue *residue, const struct view *view, uint64_t from, uint64_t to,
                 bool of_file)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    struct residue_range range = {from, to, must_alloc(to - from),
                                  must_alloc((to - from) / LINE * sizeof(bool))};
    for (uint64_t at = from; at < to; at += page)
        if (of_file || exists(view, at / page))
            (void)!pread(view->memory, range.bytes + (at - from), page, (off_t)at);
    residue->ranges =
        must_resize(residue->ranges, (residue->count + 1) * sizeof *residue->ranges);
    residue->ranges[residue->count++] = range;
}

static void take_all(struct residue *residue, const struct view *view, FILE *maps)
{
    char line[512], write, shared;
    uint64_t from, to, inode, sum = 0;
    while (fgets(line, sizeof line, maps))
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*c%c%*c%c %*s %*s %" SCNu64, &from, &to,
                   &write, &shared, &inode) == 5 &&
            write == 'w' && shared == 'p' && (sum += to - from) < MOST_BYTES)
            take(residue, view, from, to, inode != 0);
}

void residue_remember(struct residue *residue, pid_t pid)
{
    const struct view view = {open_in(pid, "mem"), open_in(pid, "pagemap")};
    int fd = open_in(pid, "maps");
    FILE *maps = fd >= 0 ? fdopen(fd, "r") : NULL;
    *residue = (struct residue){0};
    if (view.memory >= 0 && view.pagemap >= 0 && maps)
        take_all(residue, &view, maps);
    if (maps)
        fclose(maps);
    close(view.memory);
    close(view.pagemap);
}

void residue_clear(struct residue *residue)
{
    for (size_t i = 0; i < residue->count; i++) {
        free(residue->ranges[i].bytes);
        free(residue->ranges[i].changed);
    }
    free(residue->ranges);
    *residue = (struct residue){0};
}

static const struct residue_range *range_at(const struct residue *residue, uint64_t address)
{
    for (size_t i = 0; i < residue->count; i++)
        if (address >= residue->ranges[i].from && address < residue->ranges[i].to)
            return &residue->ranges[i];
    return NULL;
}

/* Memory that was not there was zero when it appeared. */
static bool has_changed(const struct residue_range *was, const uint8_t *is, uint64_t address)
{
    static const uint8_t zeros[LINE];
    return memcmp(was ? was->bytes + (address - was->from) : zeros, is, LINE) != 0;
}

/* Lines of `is` that differ from what was there first, or once did. */
static uint64_t count_changed(const struct residue *residue, const struct residue_range *is)
{
    uint64_t count = 0, page = (uint64_t)sysconf(_SC_PAGESIZE);
    for (uint64_t start = is->from; start < is->to; start += page) {
        const struct residue_range *was = range_at(residue, start);
        for (uint64_t at = start; at < start + page; at += LINE) {
            bool changed = has_changed(was, is->bytes + (at - is->from), at);
            if (was && changed)
                was->changed[(at - was->from) / LINE] = true;
            count += was ? was->changed[(at - was->from) / LINE] : changed;
        }
    }
    return count;
}

uint64_t residue_changed(struct residue *residue, pid_t pid)
{
    struct residue now;
    uint64_t lines = 0;
    if (residue->count == 0)
        return 0;
    residue_remember(&now, pid);
    for (size_t i = 0; i < now.count; i++)
        lines += count_changed(residue, &now.ranges[i]);
    residue_clear(&now);
    return lines * LINE;
}
