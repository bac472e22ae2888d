/* object.h - what a compiled submission holds, read from its object file. */
#ifndef OBJECT_H
#define OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sums the writable static data of the ELF64 object in `file`: initialized, zero and
 * thread-local. Constants that only need relocation (.data.rel.ro) are not writable in
 * the running program and do not count. The bytes may be anything. False: not such a file.
 */
bool object_static_bytes(const void *file, size_t bytes, uint64_t *static_bytes);

/*
 * Sums the sections of that object that are read-only there and not in the linked `program`:
 * some names make the linker put them into its writable data (.gnu.linkonce.d.*), or another
 * section of the same name has made them all writable.
 */
uint64_t object_joined_bytes(const void *file, size_t bytes, const void *program,
                             size_t program_bytes);

/* Where an object uses a symbol that it does not define. */
struct object_use {
    char symbol[64], section[64];
    uint64_t offset; /* within the section */
};

/*
 * Finds the first use of any of `names` (ends with NULL) that the object does not define
 * itself. Returns false when there is none, or the file is damaged.
 */
bool object_find_use(const void *file, size_t bytes, const char *const names[],
                     struct object_use *use);

/* Where a function of a linked program lies: addresses from the start of its image. */
struct object_span {
    uint64_t from, to;
};

/* The program's first instruction. False when the file is damaged. */
bool object_entry(const void *file, size_t bytes, uint64_t *entry);

/* Finds a function by its global name, which a program has only once. */
bool object_find_function(const void *file, size_t bytes, const char *name,
                          struct object_span *span);

/* How many pages of `page` bytes a program's writable data has; 0: the file is damaged. */
uint64_t object_image_pages(const void *file, size_t bytes, uint64_t page);

/* Does the program or object name an interpreter for itself? */
bool object_has_interpreter(const void *file, size_t bytes);

#endif
