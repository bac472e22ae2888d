/*
 * wrap.c - an allocator of the system as a submission: its malloc is our mm_malloc.
 *
 * Theory of operation. bench.mk takes the allocator's static library and renames, with
 * objcopy, its malloc, calloc, realloc and free to wrapped_..., its system calls to break_...
 * (breakmap.h), and the list of its constructors to late_init. What is left of the C
 * library's own allocator serves only the C library. So the wrapped one sets itself up
 * when mm_init is called and not before, on a heap that the referee counts.
 *
 * A new pass must find it as fresh as the first one did. Static data is taken back by
 * the runner (runner.c); thread-local data we take back here: its first state is copied by a
 * constructor of ours, into static data.
 *
 * A shared library (WRAP_SHARED: where there is no static one) is loaded by that
 * constructor, and its static and thread-local data are copied in the same way. It finds
 * our mmap and the others first because we export them. It may ask for no memory while
 * it is loaded; libmimalloc does not.
 *
 * Some allocators align payloads of up to 8 bytes to 8 only, which C allows and the lab
 * does not: SMALLEST says what such a request becomes.
 */
#include "mm.h"
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Memory that is as it was before the first pass, once restore() was called. */
struct keepsake {
    void *place, *copy;
    size_t bytes;
};

enum { KEEPSAKES = 8, COPIED_BYTES = 1 << 20 };

static struct {
    struct keepsake items[KEEPSAKES];
    size_t count, used;
    _Alignas(16) unsigned char bytes[COPIED_BYTES];
} kept;

static void keep(void *place, size_t bytes)
{
    if (kept.count == KEEPSAKES || bytes > sizeof kept.bytes - kept.used)
        abort();
    void *copy = memcpy(kept.bytes + kept.used, place, bytes);
    kept.items[kept.count++] = (struct keepsake){place, copy, bytes};
    kept.used += bytes;
}

static void restore(void)
{
    for (size_t i = 0; i < kept.count; i++)
        memcpy(kept.items[i].place, kept.items[i].copy, kept.items[i].bytes);
}

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

/* What the loader made read-only after relocation is left alone. */
static uintptr_t read_only_end(const struct dl_phdr_info *info)
{
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO) {
            const ElfW(Phdr) *part = &info->dlpi_phdr[i];
            return info->dlpi_addr + part->p_vaddr + part->p_memsz;
        }
    return 0;
}

static int keep_segments(struct dl_phdr_info *info, size_t bytes, void *base)
{
    (void)bytes;
    if (info->dlpi_addr != *(ElfW(Addr) *)base)
        return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + part->p_vaddr, to = from + part->p_memsz;
        uintptr_t sealed = read_only_end(info);
        if (part->p_type == PT_TLS && info->dlpi_tls_data)
            keep(info->dlpi_tls_data, part->p_memsz);
        if (part->p_type == PT_LOAD && part->p_flags & PF_W)
            keep((void *)(sealed > from ? sealed : from), to - (sealed > from ? sealed : from));
    }
    return 1;
}

__attribute__((constructor)) static void load(void)
{
    struct link_map *map;
    void *handle = dlopen(WRAP_SHARED, RTLD_NOW | RTLD_LOCAL);
    if (!handle || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        abort();
    *(void **)&library.malloc = must_find(handle, WRAP_PREFIX "malloc");
    *(void **)&library.calloc = must_find(handle, WRAP_PREFIX "calloc");
    *(void **)&library.realloc = must_find(handle, WRAP_PREFIX "realloc");
    *(void **)&library.free = must_find(handle, WRAP_PREFIX "free");
    dl_iterate_phdr(keep_segments, &map->l_addr);
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

static int keep_thread_data(struct dl_phdr_info *info, size_t bytes, void *unused)
{
    (void)bytes;
    (void)unused;
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_TLS && info->dlpi_tls_data)
            keep(info->dlpi_tls_data, info->dlpi_phdr[i].p_memsz);
    return 1; /* only the program itself */
}

__attribute__((constructor)) static void load(void)
{
    dl_iterate_phdr(keep_thread_data, NULL);
}

static void construct(void)
{
    for (void (*const *init)(void) = __start_late_init; init < __stop_late_init; init++)
        (*init)();
}

#endif

bool mm_init(void)
{
    restore();
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
