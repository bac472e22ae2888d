/*
 * wrap.c - an allocator of the system as a submission: its malloc is our mm_malloc.
 *
 * Theory of operation. bench.mk takes the allocator's static library and renames, with
 * objcopy, its malloc, calloc, realloc and free to wrapped_..., its system calls to break_...
 * (breakmap.h), and the list of its constructors to late_init. What is left of the C
 * library's own allocator serves only the C library. So the wrapped one sets itself up
 * when mm_init is called and not before, on a heap that the referee counts.
 *
 * A shared library (WRAP_SHARED: where there is no static one) is loaded by a constructor of
 * ours. It finds our mmap and the others first because we export them. It may ask for no memory
 * while it is loaded; libmimalloc does not.
 *
 * Some allocators align payloads of up to 8 bytes to 8 only, which C allows and the lab
 * does not: SMALLEST says what such a request becomes.
 */
#include "mm.h"
#include <stdlib.h>

#ifdef WRAP_SHARED

#include <dlfcn.h>

static struct {
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t count, size_t size);
    void *(*realloc)(void *ptr, size_t size);
    void (*free)(void *ptr);
} library;

#define wrapped_malloc  library.malloc
#define wrapped_calloc  library.calloc
#define wrapped_realloc library.realloc
#define wrapped_free    library.free

static void *must_find(void *handle, const char *name)
{
    void *found = dlsym(handle, name);
    if (!found)
        abort();
    return found;
}

__attribute__((constructor)) static void load(void)
{
    void *handle = dlopen(WRAP_SHARED, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        abort();
    *(void **)&library.malloc = must_find(handle, WRAP_PREFIX "malloc");
    *(void **)&library.calloc = must_find(handle, WRAP_PREFIX "calloc");
    *(void **)&library.realloc = must_find(handle, WRAP_PREFIX "realloc");
    *(void **)&library.free = must_find(handle, WRAP_PREFIX "free");
}

static void construct(void)
{
}

#else

void *wrapped_malloc(size_t size);
void *wrapped_calloc(size_t count, size_t size);
void *wrapped_realloc(void *ptr, size_t size);
void wrapped_free(void *ptr);

/* The linker's names for the section; an allocator may have no constructors. */
extern void (*const __start_late_init[])(void) __attribute__((weak));
extern void (*const __stop_late_init[])(void) __attribute__((weak));

static void construct(void)
{
    for (void (*const *init)(void) = __start_late_init; init < __stop_late_init; init++)
        (*init)();
}

#endif

bool mm_init(void)
{
    construct();
    return true;
}

#ifdef SMALLEST

static size_t at_least(size_t size)
{
    return size < SMALLEST ? SMALLEST : size;
}

void *mm_calloc(size_t count, size_t size)
{
    size_t bytes;
    if (!__builtin_mul_overflow(count, size, &bytes) && bytes < SMALLEST)
        return wrapped_calloc(1, SMALLEST);
    return wrapped_calloc(count, size);
}

#else

static size_t at_least(size_t size)
{
    return size;
}

void *mm_calloc(size_t count, size_t size)
{
    return wrapped_calloc(count, size);
}

#endif

void *mm_malloc(size_t size)
{
    return wrapped_malloc(at_least(size));
}

void mm_free(void *ptr)
{
    wrapped_free(ptr);
}

void *mm_realloc(void *ptr, size_t size)
{
    return wrapped_realloc(ptr, at_least(size));
}

/* An allocator of the system has a checker of its own, or none. */
bool mm_checkheap(int line)
{
    (void)line;
    return true;
}
