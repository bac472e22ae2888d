#include "maps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* A first line: 55d0c0a00000-55d0c0a01000 r-xp 00001000 fe:01 1234   /usr/bin/thing */
static bool read_range(const char *line, struct map *map)
{
    char path[4096] = "";
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s %*s %*s %*s %4095[^\n]", &map->start,
               &map->end, map->rights, path) < 3)
        return false;
    const char *slash = path[0] == '/' ? strrchr(path, '/') + 1 : path;
    snprintf(map->origin, sizeof map->origin, "%.120s", slash);
    map->resident_kib = map->shared_kib = map->private_kib = map->dirty_kib = 0;
    return true;
}

/* The lines after it: "Rss:   12 kB" and its like. */
static void read_detail(const char *line, struct map *map)
{
    char key[64];
    long kib;
    if (sscanf(line, "%63[^:]: %ld", key, &kib) != 2)
        return;
    if (strcmp(key, "Rss") == 0)
        map->resident_kib = kib;
    else if (strncmp(key, "Shared_", 7) == 0)
        map->shared_kib += kib;
    else if (strcmp(key, "Private_Clean") == 0)
        map->private_kib += kib;
    else if (strcmp(key, "Private_Dirty") == 0)
        map->private_kib += kib, map->dirty_kib = kib;
}

bool map_find(const void *address, struct map *map)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    if (!file)
        return false;
    char line[8192];
    bool found = false;
    struct map next;
    while (fgets(line, sizeof line, file)) {
        if (read_range(line, &next)) {
            if (found)
                break;
            *map = next;
            found = next.start <= (uintptr_t)address && (uintptr_t)address < next.end;
        } else if (found) {
            read_detail(line, map);
        }
    }
    fclose(file);
    return found;
}

/* One page at a time, on the stack: malloc would move the break that is being watched. */
size_t pages_resident(const void *start, const void *end)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    size_t resident = 0;
    for (uintptr_t at = (uintptr_t)start / page * page; at < (uintptr_t)end; at += page) {
        unsigned char there;
        resident += mincore((void *)at, page, &there) == 0 && (there & 1);
    }
    return resident;
}

const char *try_in_child(void (*act)(void *), void *argument)
{
    static char text[80];
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        act(argument);
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return "could not be tried: no child process";
    if (!WIFSIGNALED(status))
        return "nothing happened";
    snprintf(text, sizeof text, "killed by signal %d (%s)", WTERMSIG(status),
             strsignal(WTERMSIG(status)));
    return text;
}
