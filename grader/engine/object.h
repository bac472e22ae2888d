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

#endif
