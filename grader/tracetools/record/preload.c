/*
 * preload.c - the recorder inside a program: a library for LD_PRELOAD.
 *
 * Each call of the malloc family passes through here to the allocator that the program
 * would have used without us, and leaves an event in the log (log.h).
 *
 * Threads: an event takes its slot with one atomic addition; there is no lock, so a signal
 *   handler or a fork at any moment cannot hang the program.
 * Forks: the page that points to the log is wiped in a child, so a child finds no log.
 * New programs: the first process removes LD_PRELOAD from its environment, by hand: a shell
 *   has an unsetenv() of its own, which knows of its variables only.
 * Early calls: dlsym() may allocate while it looks for the next allocator. It is served
 *   from a small static area, and that is not recorded: it is our need, not the program's.
 */
#include "../../engine/early.h"
#include "log.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unwind.h>

/* ---- the next allocator --------------------------------------------------------- */

static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    void *(*memalign)(size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*valloc)(size_t);
    void *(*pvalloc)(size_t);
} next;

enum phase { COLD, LOOKING, READY };
static _Atomic enum phase phase;

static void look_up(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found); /* ISO C has no cast between the two */
}

static void look_up_all(void)
{
    look_up(&next.malloc, "malloc");
    look_up(&next.calloc, "calloc");
    look_up(&next.realloc, "realloc");
    look_up(&next.free, "free");
    look_up(&next.memalign, "memalign");
    look_up(&next.aligned_alloc, "aligned_alloc");
    look_up(&next.posix_memalign, "posix_memalign");
    look_up(&next.valloc, "valloc");
    look_up(&next.pvalloc, "pvalloc");
}

/* Is the next allocator known? False only for calls made while we look for it. */
static bool ready(void)
{
    enum phase now = atomic_load(&phase);
    if (now == COLD && atomic_compare_exchange_strong(&phase, &now, LOOKING)) {
        look_up_all();
        atomic_store(&phase, now = READY);
    }
    return now == READY;
}

/* ---- the log -------------------------------------------------------------------- */

/* Alone in a page that the kernel fills with zero bytes in the child of a fork. */
static struct wiped {
    struct log *log;
} * wiped;

static atomic_bool opened;

/* The program's file name: the end of all links, whatever it is called by. */
static void find_name(char name[64])
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    const char *slash = strrchr(path, '/');
    size_t bytes = slash ? strnlen(slash + 1, 63) : 0;
    memcpy(name, slash ? slash + 1 : path, bytes);
    name[bytes] = '\0';
}

static struct log *map_log(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || (size_t)status.st_size < sizeof(struct log))
        return NULL;
    size_t bytes = (size_t)status.st_size;
    struct log *log = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return log == MAP_FAILED ? NULL : log;
}

/* Addresses mean something only beside the list of what was mapped where. */
static void save_maps(struct log *log)
{
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    for (ssize_t got = 1; fd >= 0 && got > 0 && used < LOG_MAPS_BYTES - 1; used += (size_t)got)
        if ((got = read(fd, log->maps + used, LOG_MAPS_BYTES - 1 - used)) < 0)
            break;
    log->maps[used] = '\0';
    close(fd);
}

/* Takes NAME=value out of the environment. */
static void forget(const char *name)
{
    size_t length = strlen(name);
    char **kept = environ;
    for (char **at = environ; *at; at++)
        if (strncmp(*at, name, length) != 0 || (*at)[length] != '=')
            *kept++ = *at;
    *kept = NULL;
}

/* From here on this process is recorded, and what it starts is not. */
static void claim(struct log *log, int fd, const char name[64])
{
    uint32_t nobody = 0;
    if (!atomic_compare_exchange_strong(&log->owner, &nobody, (uint32_t)getpid()))
        return;
    memcpy(log->recorded, name, sizeof log->recorded);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED && madvise(memory, page, MADV_WIPEONFORK) == 0) {
        struct wiped *prepared = memory;
        prepared->log = log;
        if (log->want_callers)
            save_maps(log);
        wiped = prepared;
    }
    close(log->library);
    close(fd);
    forget("LD_PRELOAD");
    forget(LOG_VARIABLE);
}

static void open_log(void)
{
    if (atomic_exchange(&opened, true))
        return;
    int saved = errno;
    const char *number = getenv(LOG_VARIABLE);
    int fd = number ? atoi(number) : -1;
    struct log *log = fd >= 0 ? map_log(fd) : NULL;
    char name[64] = "";
    find_name(name);
    if (log && (log->program[0] == '\0' || strcmp(name, log->program) == 0 ||
                strcmp(program_invocation_short_name, log->program) == 0))
        claim(log, fd, name);
    errno = saved;
}

struct walk {
    uint64_t *callers;
    int skip, count;
};

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *data)
{
    struct walk *walk = data;
    if (walk->skip-- > 0)
        return _URC_NO_REASON;
    walk->callers[walk->count++] = _Unwind_GetIP(context);
    return walk->count < LOG_CALLERS ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/* Walking may allocate the first time: such a call is ours, and must not walk again. */
static _Thread_local bool walking __attribute__((tls_model("initial-exec")));

/* Who has called us? Not this function, not note(), not the function of the family. */
__attribute__((noinline)) static void find_callers(uint64_t *callers)
{
    struct walk walk = {.callers = callers, .skip = 3};
    walking = true;
    _Unwind_Backtrace(step, &walk);
    walking = false;
}

/*
 * Writes an event and returns its slot; UINT32_MAX when it is not recorded. The loader
 * allocates before the C library knows the environment: such calls are not recorded.
 */
__attribute__((noinline)) static uint32_t note(enum event_kind kind, const void *ptr,
                                               size_t count, size_t size, uint32_t slot)
{
    if (!atomic_load(&opened) && environ)
        open_log();
    struct log *log = wiped ? wiped->log : NULL;
    if (!log || slot == UINT32_MAX || walking)
        return UINT32_MAX;
    uint64_t at = atomic_fetch_add(&log->events_seen, 1);
    if (at >= log->room)
        return UINT32_MAX;
    struct event *event = &log->events[at];
    event->slot = slot;
    event->address = (uintptr_t)ptr;
    event->count = count;
    event->size = size;
    if (log->want_callers && kind != EVENT_FREE)
        find_callers(event->callers);
    atomic_store_explicit(&event->kind, kind, memory_order_release);
    return (uint32_t)at;
}

/* Part of its caller, so that the way back to the program has the same length always. */
__attribute__((always_inline)) static inline void *noted(void *ptr, size_t size)
{
    note(EVENT_MALLOC, ptr, 1, size, 0);
    return ptr;
}

/* ---- the calls ------------------------------------------------------------------ */

void *malloc(size_t size)
{
    if (!ready())
        return early_alloc(EARLY_FRONT, size);
    return noted(next.malloc(size), size);
}

void *calloc(size_t count, size_t size)
{
    size_t bytes;
    if (!ready())
        return __builtin_mul_overflow(count, size, &bytes) ? NULL
                                                           : early_alloc(EARLY_FRONT, bytes);
    void *ptr = next.calloc(count, size);
    note(EVENT_CALLOC, ptr, count, size, 0);
    return ptr;
}

void free(void *ptr)
{
    if (early_holds(ptr) || !ready())
        return;
    note(EVENT_FREE, ptr, 1, 0, 0);
    next.free(ptr);
}

/* An early payload moves out of the static area, for the program a new block. */
static void *realloc_early(void *ptr, size_t size)
{
    void *moved = malloc(size);
    if (ptr && moved) {
        size_t old = early_size(ptr);
        memcpy(moved, ptr, old < size ? old : size);
    }
    return moved;
}

void *realloc(void *ptr, size_t size)
{
    if (early_holds(ptr) || !ready())
        return realloc_early(ptr, size);
    uint32_t slot = note(EVENT_REALLOC_BEGIN, ptr, 1, size, 0);
    void *moved = next.realloc(ptr, size);
    note(EVENT_REALLOC_END, moved, 1, size, slot);
    return moved;
}

void *reallocarray(void *ptr, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(ptr, bytes);
}

/* Of C23. No C library that lacks them declares them. */
void free_sized(void *ptr, size_t size);
void free_aligned_sized(void *ptr, size_t alignment, size_t size);

void free_sized(void *ptr, size_t size)
{
    (void)size;
    free(ptr);
}

void free_aligned_sized(void *ptr, size_t alignment, size_t size)
{
    (void)alignment;
    (void)size;
    free(ptr);
}

void *memalign(size_t alignment, size_t size)
{
    if (!ready())
        return early_alloc(alignment, size);
    return noted(next.memalign(alignment, size), size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    if (!ready())
        return early_alloc(alignment, size);
    return noted(next.aligned_alloc(alignment, size), size);
}

int posix_memalign(void **ptr, size_t alignment, size_t size)
{
    if (!ready())
        return (*ptr = early_alloc(alignment, size)) ? 0 : ENOMEM;
    int error = next.posix_memalign(ptr, alignment, size);
    if (error == 0)
        noted(*ptr, size);
    return error;
}

void *valloc(size_t size)
{
    if (!ready())
        return early_alloc(4096, size);
    return noted(next.valloc(size), size);
}

void *pvalloc(size_t size)
{
    if (!ready())
        return early_alloc(4096, size);
    return noted(next.pvalloc(size), size);
}

/* A program may run for a while without a call: it must not pass LD_PRELOAD on. */
__attribute__((constructor)) static void begin(void)
{
    open_log();
}

/* Libraries that were loaded on the way are in the list now. */
__attribute__((destructor)) static void end(void)
{
    if (wiped && wiped->log && wiped->log->want_callers)
        save_maps(wiped->log);
}
