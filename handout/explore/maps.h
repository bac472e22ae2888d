/*
 * maps.h - what the kernel says about this process's memory: /proc/self/smaps, for the
 * three programs of `make explore`. Linux only.
 */
#ifndef MAPS_H
#define MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One mapping: a range of addresses with the same rights and origin. */
struct map {
    uintptr_t start, end;
    char rights[8];   /* r, w, x, and p (private) or s (shared) */
    char origin[128]; /* a file's name without its folders, [stack], [heap], or nothing */
    long resident_kib, shared_kib, private_kib, dirty_kib;
};

/* Finds the mapping that holds `address`. Returns false where nothing is mapped. */
bool map_find(const void *address, struct map *map);

/* Pages of [start, end) that are physically there. Both ends are rounded to pages. */
size_t pages_resident(const void *start, const void *end);

/*
 * Calls `act` in a child process and says how that ended, in words: "nothing happened" or
 * "killed by signal 11 (Segmentation fault)". A mistake there cannot harm this process.
 */
const char *try_in_child(void (*act)(void *), void *argument);

#endif
