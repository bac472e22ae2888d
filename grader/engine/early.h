/*
 * early.h - memory for calls that come before an allocator is there, or from within it.
 *
 * A library that takes the place of malloc cannot use malloc. The few calls that it must serve
 * by itself, in whatever thread or signal handler, get pieces of a static area; nothing is used
 * twice. Each file that includes this has an area of its own, of EARLY_BYTES bytes.
 */
#ifndef EARLY_H
#define EARLY_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef EARLY_BYTES
#define EARLY_BYTES ((size_t)1 << 16)
#endif

/* So many bytes in front of a payload hold its size; each is aligned to so many, or more. */
#define EARLY_FRONT ((size_t)16)

static alignas(16) unsigned char early[EARLY_BYTES];
static atomic_size_t early_used;

static inline bool early_holds(const void *ptr)
{
    return (uintptr_t)ptr - (uintptr_t)early < EARLY_BYTES;
}

/* The bytes that were asked for. */
static inline size_t early_size(const void *ptr)
{
    size_t size;
    memcpy(&size, (const char *)ptr - EARLY_FRONT, sizeof size);
    return size;
}

/* `size` bytes, all zero, or NULL when so many are not left. `alignment` is a power of two. */
static inline void *early_alloc(size_t alignment, size_t size)
{
    size_t unit = alignment > EARLY_FRONT ? alignment : EARLY_FRONT;
    if (size > EARLY_BYTES || unit > EARLY_BYTES)
        return NULL;
    size_t bytes = (size + 2 * unit + EARLY_FRONT - 1) / EARLY_FRONT * EARLY_FRONT;
    size_t from = atomic_fetch_add(&early_used, bytes);
    if (from > EARLY_BYTES || bytes > EARLY_BYTES - from)
        return NULL;
    uintptr_t address = (uintptr_t)early + from + EARLY_FRONT;
    address = (address + unit - 1) / unit * unit;
    unsigned char *ptr = early + (address - (uintptr_t)early);
    memcpy(ptr - EARLY_FRONT, &size, sizeof size);
    return ptr;
}

#endif
