/*
 * family.c - the malloc family of a real program, over the functions of mm.c.
 *
 * Theory of operation. LD_PRELOAD puts this library in front of the C library, so that all
 * calls of malloc and its relatives, the C library's own included, come here.
 *
 * Threads: mm.c knows of none, so one lock is around everything.
 * Forks: the lock is taken before a fork and released on both sides after it, so that no
 *   child inherits it from a thread that it does not have.
 * Early calls: the loader allocates before any constructor; the heap is set up by the first
 *   call, whichever it is, and nothing here needs a constructor to have run.
 * Calls from within: an allocator that prints something may make stdio allocate. Such a call
 *   comes from the thread that holds the lock; it is served from a small area of its own,
 *   where nothing is used twice. (A signal handler that allocates is served so, too.)
 * Wrong answers: a pointer that is misaligned, outside of the heap or live already is said
 *   and ends the program, before the program can trip over it much later.
 */
#define EARLY_BYTES ((size_t)1 << 20)

#include "blocks.h"
#include "early.h"
#include "mm.h"
#include "reserve.h"
#include "tally.h"
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* Writes a line without stdio, and ends the program. */
static _Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void give_up(const char *format, ...)
{
    char text[300] = "libmm: ";
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text + 7, sizeof text - 8, format, args);
    va_end(args);
    size_t bytes = 7 + (length > 0 ? (size_t)length : 0);
    bytes = bytes < sizeof text - 1 ? bytes : sizeof text - 2;
    text[bytes++] = '\n';
    if (write(STDERR_FILENO, text, bytes) < 0)
        abort();
    abort();
}

/* ---- the lock ------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool inside __attribute__((tls_model("initial-exec")));
static bool opened;

static void open_heap(void)
{
    opened = true;
    if (!reserve_open())
        give_up("no addresses for a heap; see `ulimit -v`");
    if (!mm_init())
        give_up("mm_init reported failure on an empty heap");
}

/* Returns false when this thread is in the allocator already. */
static bool enter(void)
{
    if (inside)
        return false;
    pthread_mutex_lock(&lock);
    inside = true;
    if (!opened)
        open_heap();
    return true;
}

static void leave(void)
{
    inside = false;
    pthread_mutex_unlock(&lock);
}

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&lock);
}

static void after_fork_in_child(void)
{
    lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    tally_restart();
}

__attribute__((constructor)) static void prepare(void)
{
    pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

__attribute__((destructor)) static void report(void)
{
    if (enter()) {
        tally_report(live_blocks.peak, reserve_peak(), live_blocks.count, live_blocks.bytes);
        leave();
    }
}

/* ---- requests, with the lock held ----------------------------------------------- */

/* What the allocator returned is not believed. `alignment` may be more than its own. */
static void *settle(void *origin, size_t size, size_t alignment, const char *name)
{
    tally.calls++;
    if (!origin) {
        tally.refused++;
        return NULL;
    }
    uintptr_t address = (uintptr_t)origin;
    if (address % MM_ALIGNMENT != 0)
        give_up("%s(%zu) returned %p, which is not a multiple of %d", name, size, origin,
                MM_ALIGNMENT);
    address = (address + alignment - 1) / alignment * alignment;
    if (!reserve_holds((uintptr_t)origin, size + (address - (uintptr_t)origin)))
        give_up("%s(%zu) returned %p, which does not lie in the heap", name, size, origin);
    void *ptr = (char *)origin + (address - (uintptr_t)origin);
    if (blocks_find(address))
        give_up("%s(%zu) returned %p, which is live already", name, size, ptr);
    if (!blocks_add(address, (uintptr_t)origin, size))
        give_up("no memory for the table of blocks");
    return ptr;
}

/* Room to align in; a request of 0 bytes gets a block of its own, as from the C library. */
static void *take(size_t alignment, size_t size)
{
    size_t extra = alignment > MM_ALIGNMENT ? alignment - MM_ALIGNMENT : 0;
    if (size > PTRDIFF_MAX - extra) {
        tally.calls++;
        tally.refused++;
        return NULL;
    }
    size_t bytes = size ? size : 1;
    return settle(mm_malloc(bytes + extra), size, alignment > 1 ? alignment : 1, "mm_malloc");
}

static struct live_block *find(void *ptr, const char *name)
{
    struct live_block *block = blocks_find((uintptr_t)ptr);
    if (!block)
        give_up("%s(%p): no such block is live; the program freed it before, or never had it",
                name, ptr);
    return block;
}

static void give_back(struct live_block *block)
{
    void *origin = (void *)block->origin;
    blocks_remove(block);
    tally.calls++;
    mm_free(origin);
}

/* An aligned payload cannot stay aligned in the allocator's hands. */
static void *move(struct live_block *block, void *ptr, size_t size)
{
    size_t old_size = block->size;
    void *moved = take(MM_ALIGNMENT, size);
    if (!moved)
        return NULL;
    memcpy(moved, ptr, old_size < size ? old_size : size);
    give_back(find(ptr, "realloc"));
    return moved;
}

static void *resize(void *ptr, size_t size)
{
    struct live_block *block = find(ptr, "realloc");
    if (block->origin != block->address)
        return move(block, ptr, size);
    void *origin = size > PTRDIFF_MAX ? NULL : mm_realloc(ptr, size);
    if (origin)
        blocks_remove(find(ptr, "realloc"));
    return settle(origin, size, 1, "mm_realloc");
}

/* ---- the family ----------------------------------------------------------------- */

static void *answer(void *ptr)
{
    if (!ptr)
        errno = ENOMEM;
    return ptr;
}

static void *allocate(size_t alignment, size_t size)
{
    if (!enter())
        return answer(early_alloc(alignment, size));
    void *ptr = take(alignment, size);
    leave();
    return answer(ptr);
}

EXPORT void *malloc(size_t size)
{
    return allocate(1, size);
}

EXPORT void free(void *ptr)
{
    int saved = errno;
    if (!ptr || early_holds(ptr) || !enter())
        return;
    give_back(find(ptr, "free"));
    leave();
    errno = saved;
}

EXPORT void *calloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return answer(NULL);
    if (!enter())
        return answer(early_alloc(1, bytes));
    void *origin = bytes > PTRDIFF_MAX ? NULL
                   : bytes             ? mm_calloc(count, size)
                                       : mm_calloc(1, 1);
    void *ptr = settle(origin, bytes, 1, "mm_calloc");
    leave();
    return answer(ptr);
}

/* Of C23. No C library that lacks them declares them. */
void free_sized(void *ptr, size_t size);
void free_aligned_sized(void *ptr, size_t alignment, size_t size);

EXPORT void free_sized(void *ptr, size_t size)
{
    (void)size;
    free(ptr);
}

EXPORT void free_aligned_sized(void *ptr, size_t alignment, size_t size)
{
    (void)alignment;
    (void)size;
    free(ptr);
}

static size_t size_of(void *ptr, const char *name)
{
    return early_holds(ptr) ? early_size(ptr) : find(ptr, name)->size;
}

/* A payload of the early area moves out of it, and one of the heap into it, from within. */
static void *move_area(void *ptr, size_t size)
{
    size_t old = size_of(ptr, "realloc");
    void *moved = malloc(size);
    return moved ? memcpy(moved, ptr, old < size ? old : size) : NULL;
}

EXPORT void *realloc(void *ptr, size_t size)
{
    if (!ptr)
        return malloc(size);
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    if (early_holds(ptr) || !enter())
        return move_area(ptr, size);
    void *now = resize(ptr, size);
    leave();
    return answer(now);
}

EXPORT void *reallocarray(void *ptr, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return answer(NULL);
    return realloc(ptr, bytes);
}

static bool is_power(size_t alignment)
{
    return alignment != 0 && (alignment & (alignment - 1)) == 0;
}

/* As the C library does: an odd alignment is rounded up. */
EXPORT void *memalign(size_t alignment, size_t size)
{
    size_t power = 1;
    while (power < alignment && power <= SIZE_MAX / 2)
        power *= 2;
    return power < alignment ? answer(NULL) : allocate(power, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
    if (!is_power(alignment)) {
        errno = EINVAL;
        return NULL;
    }
    return allocate(alignment, size);
}

EXPORT int posix_memalign(void **result, size_t alignment, size_t size)
{
    int saved = errno;
    if (!is_power(alignment) || alignment % sizeof(void *) != 0)
        return EINVAL;
    void *ptr = allocate(alignment, size);
    errno = saved;
    if (!ptr)
        return ENOMEM;
    *result = ptr;
    return 0;
}

EXPORT void *valloc(size_t size)
{
    return allocate((size_t)sysconf(_SC_PAGESIZE), size);
}

EXPORT void *pvalloc(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (size > PTRDIFF_MAX)
        return answer(NULL);
    return allocate(page, (size + page - 1) / page * page);
}

EXPORT size_t malloc_usable_size(void *ptr)
{
    if (!ptr)
        return 0;
    bool entered = !early_holds(ptr) && enter();
    size_t size = size_of(ptr, "malloc_usable_size");
    if (entered)
        leave();
    return size;
}
