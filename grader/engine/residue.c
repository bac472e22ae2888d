#include "residue.h"
#include "process.h"
#include "say.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A table is sparse: what an entry takes is more than the bytes that were seen to change. A
 * larger page of the kernel's is several of ours.
 */
enum { LINE = 64, PAGE = 4096, LINES = PAGE / LINE };

/*
 * In all: the stack may be so large. Where there is more, of static data, each page is charged
 * by itself, and to read all of it again and again takes minutes.
 */
#define MOST_BYTES ((uint64_t)8 << 20)

struct residue_page {
    uint64_t address;
    uint64_t changed; /* a bit per line: was it ever found different? */
    uint8_t bytes[PAGE];
};

_Static_assert(LINES == 64, "the lines of a page are bits of a word");

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

static void take_page(struct residue *residue, const struct view *view, uint64_t address)
{
    if ((residue->count & (residue->count - 1)) == 0) /* the room doubles */
        residue->pages =
            must_resize(residue->pages, (2 * residue->count + 1) * sizeof *residue->pages);
    struct residue_page *page = &residue->pages[residue->count];
    *page = (struct residue_page){.address = address};
    if (pread(view->memory, page->bytes, PAGE, (off_t)address) == PAGE)
        residue->count++;
}

/*
 * Reading a page that does not exist would make it, and pages are counted. But pages of a file
 * read as the file until they are written, whether they exist or not.
 */
static void take_range(struct residue *residue, const struct view *view, uint64_t from,
                       uint64_t to, bool of_file)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), bytes = (to - from) / page * 8;
    uint64_t *entries = must_alloc(bytes); /* what the kernel says of each page */
    if (pread(view->pagemap, entries, bytes, (off_t)(from / page * 8)) != (ssize_t)bytes)
        memset(entries, 0, bytes);
    for (uint64_t at = from; at < to && residue->count < MOST_BYTES / PAGE; at += PAGE)
        if (of_file || entries[(at - from) / page] >> 62)
            take_page(residue, view, at);
    free(entries);
}

static void take_all(struct residue *residue, const struct view *view, FILE *maps)
{
    char line[512], write, shared;
    uint64_t from, to, inode;
    while (fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*c%c%*c%c %*s %*s %" SCNu64, &from, &to,
                   &write, &shared, &inode) != 5 ||
            write != 'w' || shared != 'p' || to - from > PROCESS_PRIVATE)
            continue;
        take_range(residue, view, from, to, inode != 0 && to - from <= MOST_BYTES);
    }
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
    free(residue->pages);
    *residue = (struct residue){0};
}

/* The lines of a page that are not what they were; a bit each. */
static uint64_t compare(const uint8_t *was, const uint8_t *is)
{
    uint64_t changed = 0;
    if (memcmp(was, is, PAGE) == 0)
        return 0;
    for (unsigned i = 0; i < LINES; i++)
        changed |= (uint64_t)(memcmp(was + i * LINE, is + i * LINE, LINE) != 0) << i;
    return changed;
}

uint64_t residue_changed(struct residue *residue, pid_t pid)
{
    static const uint8_t zeros[PAGE]; /* what a page was that was not there */
    struct residue now;
    uint64_t lines = 0;
    if (residue->count == 0)
        return 0;
    residue_remember(&now, pid);
    struct residue_page *was = residue->pages, *end = was + residue->count;
    for (const struct residue_page *is = now.pages; is < now.pages + now.count; is++) {
        while (was < end && was->address < is->address)
            was++;
        bool known = was < end && was->address == is->address;
        uint64_t changed = compare(known ? was->bytes : zeros, is->bytes);
        if (known)
            changed = was->changed |= changed;
        lines += (uint64_t)__builtin_popcountll(changed);
    }
    residue_clear(&now);
    return lines * LINE;
}
