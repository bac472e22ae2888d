/*
 * runner.c - the program that student code runs in.
 *
 * Theory of operation. The referee (mdriver) starts one runner per trace and run, with
 * three descriptors: the heap, the orders (which it can only read) and the replies. The
 * runner maps them, closes the descriptors and then does what it is told, an order at a
 * time: call mm_init, perform some operations, call the heap checker. It judges nothing,
 * keeps no time and knows nothing of the trace but the operations that are due now. What
 * it writes into the replies the referee treats as a stranger's word.
 *
 * In the classic profile `classic/glue.h` is included before this file, and the glue that is
 * compiled with the submission stands between us and its functions.
 *
 * A new pass begins with all writable static data as it was before the first one: an
 * allocator need not clear it in mm_init, and cannot carry anything over.
 */
#include "runner.h"
#include "mm.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

/* The linker's names for this program's image and for its writable data. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern char __data_start[], _end[];

struct runner *runner;

/* What .data and .bss held before the first pass. */
struct image {
    void *copy;
    size_t bytes;
};

/* The runner cannot explain itself: the referee sees the exit status. */
static _Noreturn void give_up(void)
{
    _exit(120);
}

static void *map(void *at, size_t bytes, int protection, int flags, int fd)
{
    void *memory = mmap(at, bytes, protection, flags, fd, 0);
    if (memory == MAP_FAILED || (at && memory != at))
        give_up();
    return memory;
}

static void *map_private(size_t bytes)
{
    return map(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void map_shared_areas(void)
{
    runner = map_private(sizeof *runner);
    const struct orders *orders =
        map(NULL, sizeof *orders, PROT_READ, MAP_SHARED, CHANNEL_ORDERS_FD);
    runner->orders = orders;
    runner->replies = map(NULL, sizeof *runner->replies, PROT_READ | PROT_WRITE, MAP_SHARED,
                          CHANNEL_REPLIES_FD);
    map((void *)(uintptr_t)orders->heap_start, orders->heap_room, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE, CHANNEL_HEAP_FD);
    runner->blocks = map_private((orders->ids + (size_t)1) * sizeof(void *));
    runner->page = (uint64_t)sysconf(_SC_PAGESIZE);
    close(CHANNEL_HEAP_FD);
    close(CHANNEL_ORDERS_FD);
    close(CHANNEL_REPLIES_FD);
}

static uint64_t instruction_of(const ucontext_t *context)
{
#if defined(__x86_64__)
    uint64_t pc = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    uint64_t pc = context->uc_mcontext.pc;
#endif
    return pc - (uint64_t)(uintptr_t)__ehdr_start;
}

/* A fault ends the run; the last thing the runner does is to say where it was. */
static void report_fault(int signal, siginfo_t *info, void *context)
{
    struct replies *replies = runner->replies;
    replies->kind = REPLY_FAULT;
    replies->signal = signal;
    replies->address = (uint64_t)(uintptr_t)info->si_addr;
    replies->instruction = instruction_of(context);
    channel_pass(&replies->turn, atomic_load(&runner->orders->turn),
                 (_Atomic uint32_t *)&runner->orders->asleep);
    _exit(121);
}

static void catch_faults(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
    size_t bytes = (size_t)64 << 10;
    stack_t stack = {.ss_sp = map_private(bytes), .ss_size = bytes};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = report_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}

static void wait_for(uint32_t turn)
{
    _Atomic uint32_t *theirs = (_Atomic uint32_t *)&runner->orders->turn;
    while (!channel_spin(theirs, turn, runner->orders->spins) &&
           !channel_sleep(theirs, turn, &runner->replies->asleep, 0))
        ;
}

void runner_reply(enum reply_kind kind)
{
    uint32_t turn = atomic_load_explicit(&runner->orders->turn, memory_order_relaxed);
    runner->replies->kind = kind;
    channel_pass(&runner->replies->turn, turn, (_Atomic uint32_t *)&runner->orders->asleep);
    wait_for(turn + 1);
}

static struct image save_static_data(void)
{
    struct image image = {.bytes = (size_t)(_end - __data_start)};
    image.copy = map_private(image.bytes);
    memcpy(image.copy, __data_start, image.bytes);
    return image;
}

static void start_pass(const struct image *image)
{
    memcpy(__data_start, image->copy, image->bytes);
    memset(runner->blocks, 0, (runner->orders->ids + (size_t)1) * sizeof(void *));
    memlib_reset();
    runner->replies->value = mm_init();
}

static void *perform(const struct operation *op, void **block)
{
    void *result = NULL;
    switch ((enum operation_kind)op->kind) {
    case OP_MALLOC:
        return *block = mm_malloc(op->size);
    case OP_CALLOC:
        return *block = mm_calloc(op->count, op->size);
    case OP_REALLOC:
        result = mm_realloc(*block, op->size);
        if (result || op->size == 0)
            *block = result;
        return result;
    case OP_FREE:
        mm_free(*block);
        *block = NULL;
    }
    return result;
}

static void perform_all(void)
{
    const struct orders *orders = runner->orders;
    uint64_t *pointers = runner->replies->pointers;
    void **blocks = runner->blocks;
    for (uint32_t i = 0, count = orders->count; i < count; i++) {
        const struct operation *op = &orders->operations[i];
        pointers[i] = (uint64_t)(uintptr_t)perform(op, &blocks[op->id]);
    }
}

static void report_break(void)
{
    runner->replies->break_size = runner->brk.size;
    runner->replies->break_peak = runner->brk.peak;
    runner->replies->break_calls = runner->brk.calls;
}

int main(void)
{
    map_shared_areas();
    catch_faults();
    static char line_buffer[1024]; /* stdio must not call malloc for one */
    setvbuf(stdout, line_buffer, _IOLBF, sizeof line_buffer);
    struct image image = save_static_data();
    for (wait_for(1);; runner_reply(REPLY_DONE)) {
        switch ((enum order_kind)runner->orders->kind) {
        case ORDER_INIT:
            start_pass(&image);
            break;
        case ORDER_PERFORM:
            perform_all();
            break;
        case ORDER_CHECK:
            runner->replies->value = mm_checkheap((int)runner->orders->line);
            break;
        case ORDER_ANSWER:
            break;
        }
        report_break();
    }
}
