/*
 * replay.c - the in-process mode: one trace, one process, for debuggers and sanitizers.
 *
 * Theory of operation. The submission, memory.c (the simulated break) and this replayer are
 * one ordinary program: nothing is confined, nothing is measured, and nothing it says is a
 * grade. Heap addresses are those of a grade, so pointers in a finding can be used here.
 * Payloads are filled and verified like the referee's, and shut (touch.h) while the
 * allocator runs. The first thing that is wrong ends it, in words, with exit status 1.
 *
 * With -g LINE a debugger stops in replay_here(), which is called before that operation, and
 * calls replay_live(), replay_block() and replay_check(); mm.gdb has short names for them.
 */
#include "../../engine/fill.h"
#include "../../engine/memlib.h"
#include "../../engine/mm.h"
#include "../../engine/number.h"
#include "../../engine/place.h"
#include "../../engine/say.h"
#include "../../engine/shadow.h"
#include "../../engine/trace.h"
#include "memory.h"
#include "neighbours.h"
#include "touch.h"
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

/* In the classic profile: what that lab never asked for is answered as in a grade (glue.c). */
extern bool classic_demanding;
bool classic_demanding;

#ifndef HEAP_START
#define HEAP_START ((uint64_t)1 << 45)
#define HEAP_ROOM  ((uint64_t)1 << 44)
#endif

/* memcheck writes down something for each byte of address space that is reserved. */
#define VALGRIND_ROOM ((uint64_t)1 << 30)

/* Of running time, which a busy machine does not use up; of sleep, ten times as long. */
enum { HANG_SECONDS = 20, SLEEP_SECONDS = 10 * HANG_SECONDS, SHOWN = 40 };

static struct {
    const char *name; /* of the trace's file */
    struct trace trace;
    struct shadow shadow;
    uint32_t *blocks;           /* per id: the payload's index in the shadow, or SHADOW_NONE */
    uint64_t room, asked;       /* bytes of the heap at most; of all requests so far */
    uint32_t line;              /* of the operation that is under way; 0: mm_init */
    const struct operation *op; /* that operation */
    char what[64]; /* in words, for a debugger, which may have no stack to call on */
    struct neighbours neighbours;
} replay;

/* For the debugger: here it stops, and a word to try a watchpoint on. */
void replay_here(void);
void replay_probed(void);
void replay_live(void);
void replay_block(const void *pointer);
void replay_check(void);
void *replay_payload(unsigned id);
extern volatile long replay_word;
volatile long replay_word;

#ifdef WITH_COVERAGE
void __gcov_dump(void);
#else
static void __gcov_dump(void)
{
}
#endif

/* Words */

static uint64_t offset_of(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer - HEAP_START;
}

static void describe(const struct payload *p, char text[128])
{
    snprintf(text, 128,
             "block %" PRIu32 " (%" PRIu64 " bytes at 0x%" PRIx64 ", live since line %" PRIu32
             ")",
             p->id, p->size, HEAP_START + p->start, p->line);
}

/* Words cost more than most operations: they are made when somebody wants to read them. */
static const char *what(void)
{
    static char text[64];
    return replay.op ? operation_name(replay.op, text) : "mm_init";
}

/* "debug-x.rep:12: free: " */
static void begin_sentence(void)
{
    fflush(stdout);
    if (replay.line)
        fprintf(stderr, "\n%s:%" PRIu32 ": %s: ", replay.name, replay.line, what());
    else
        fprintf(stderr, "\n%s: mm_init: ", replay.name);
}

static _Noreturn void end(int status)
{
    fflush(stderr);
    __gcov_dump(); /* gcov's counters are lost in an early end, unless this is called */
    neighbours_print(&replay.neighbours);
    fflush(stdout);
    _exit(status);
}

static _Noreturn void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void wrong(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    begin_sentence();
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    end(1);
}

/* exit() of the submission's: in silence it would look like the end of a sound run. */
static void end_early(void)
{
    wrong("it ended the program");
}

/* A tool is about to say more than we know; what we know is where in the trace it happened. */
static void tell_where(uint64_t address)
{
    char text[96];
    begin_sentence();
    if (address - HEAP_START < replay.room)
        fprintf(stderr, "the tool reports an access to heap+0x%" PRIx64 ": %s\n",
                address - HEAP_START,
                place_describe(&replay.shadow, address - HEAP_START, mem_heapsize(), text));
    else
        fputs("the tool reports what follows\n", stderr);
}

static void take_signal(int signal, siginfo_t *info, void *context)
{
    char text[96];
    (void)context;
    uint64_t offset = offset_of(info->si_addr);
    if (signal == SIGXFSZ) { /* each.sh, coverage.sh: there is room for our words */
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
        wrong("it prints without end");
    }
    if (signal == SIGALRM || signal == SIGPROF)
        wrong("it did not end in %d seconds", signal == SIGPROF ? HANG_SECONDS : SLEEP_SECONDS);
    if ((signal == SIGSEGV || signal == SIGBUS) && offset < replay.room)
        wrong("%s: it touched heap+0x%" PRIx64 ", %s", strsignal(signal), offset,
              place_describe(&replay.shadow, offset, mem_heapsize(), text));
    wrong("%s", strsignal(signal));
}

static void catch_signals(void)
{
#ifdef WITH_ASAN /* it catches the others itself */
    static const int signals[] = {SIGALRM, SIGPROF, SIGXFSZ};
#else
    static const int signals[] = {SIGALRM, SIGPROF, SIGXFSZ, SIGSEGV,
                                  SIGBUS,  SIGFPE,  SIGILL,  SIGABRT};
#endif
    struct sigaction action = {.sa_sigaction = take_signal,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    static char memory[65536];
    sigaltstack(&(stack_t){.ss_sp = memory, .ss_size = sizeof memory}, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}

static void limit_time(void)
{
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {.tv_sec = HANG_SECONDS}}, NULL);
    alarm(SLEEP_SECONDS);
}

/* Payloads */

/* What is filled, verified and shut of a payload: all of it, or both ends. */
static size_t end_bytes(const struct payload *p)
{
    return p->size <= TOUCH_WHOLE ? p->size : TOUCH_END;
}

static void *start_of(const struct payload *p)
{
    return (void *)(uintptr_t)(HEAP_START + p->start);
}

static char *tail_of(const struct payload *p)
{
    return (char *)start_of(p) + ((p->size - end_bytes(p)) & ~(uint64_t)7);
}

static void for_both_ends(const struct payload *p, void (*act)(const void *, size_t))
{
    char *past = (char *)start_of(p) + p->size;
    act(start_of(p), end_bytes(p));
    if (p->size > end_bytes(p))
        act(tail_of(p), (size_t)(past - tail_of(p)));
}

static void fill(struct payload *p)
{
    uint64_t tail = (uint64_t)(tail_of(p) - (char *)start_of(p));
    p->key = fill_mix(p->made * UINT64_C(2654435761) + p->id);
    for_both_ends(p, touch_open);
    fill_write(start_of(p), 0, end_bytes(p), p->key);
    if (tail)
        fill_write((uint8_t *)tail_of(p), tail, p->size, p->key);
}

/* The first of `kept` bytes at `at` that is not as the payload was filled, or `kept`. */
static uint64_t verify(const struct payload *p, const uint8_t *at, uint64_t kept)
{
    uint64_t whole = kept < end_bytes(p) ? kept : end_bytes(p);
    uint64_t bad = fill_verify(at, 0, whole, p->key);
    uint64_t tail = (uint64_t)(tail_of(p) - (char *)start_of(p));
    if (bad < whole || p->size <= TOUCH_WHOLE || kept <= tail)
        return bad < whole ? bad : kept;
    return fill_verify(at + tail, tail, kept, p->key);
}

static void demand_intact(const struct payload *p)
{
    char text[128];
    for_both_ends(p, touch_open);
    uint64_t bad = verify(p, start_of(p), p->size);
    if (bad == p->size)
        return;
    describe(p, text);
    wrong("%s was damaged earlier: byte %" PRIu64 " is not what the program wrote", text, bad);
}

/* Operations */

static void settle(const struct operation *op, void *pointer)
{
    char name[128];
    struct payload p = {.start = offset_of(pointer),
                        .size = operation_bytes(op),
                        .id = op->id,
                        .line = op->line,
                        .made = (uint32_t)(op - replay.trace.operations)};
    fill(&p);
    if (touch_is_valgrind()) {
        describe(&p, name);
        touch_name(pointer, p.size, name);
    }
    for_both_ends(&p, touch_shut);
    neighbours_take(&replay.neighbours, &p);
    replay.blocks[op->id] = shadow_add(&replay.shadow, &p);
}

static void demand_place(const struct operation *op, const void *pointer)
{
    char text[128];
    uint64_t start = offset_of(pointer), size = operation_bytes(op), heap = mem_heapsize();
    if (start > heap || size > heap - start)
        wrong("it returned %p, but its %" PRIu64 " bytes do not lie in the heap", pointer,
              size);
    if (start % MM_ALIGNMENT)
        wrong("it returned %p, which is not a multiple of %d", pointer, MM_ALIGNMENT);
    uint32_t other = shadow_overlap(&replay.shadow, start, size);
    if (other == SHADOW_NONE)
        return;
    describe(&replay.shadow.payloads[other], text);
    wrong("it returned %p, which overlaps %s", pointer, text);
}

/* As a grade would (judge.c), but only where far more room is left. */
static void demand_refusal(const struct operation *op)
{
    uint64_t bytes = operation_bytes(op);
    if (bytes > 0 && bytes <= replay.room && replay.asked < replay.room / 4)
        wrong("it returned NULL, though the heap has room");
}

static void demand_zero(const struct operation *op, const uint8_t *bytes)
{
    uint64_t size = operation_bytes(op);
    for (uint64_t i = 0; i < size && size <= TOUCH_WHOLE; i++)
        if (bytes[i])
            wrong("byte %" PRIu64 " of %" PRIu64 " is not zero", i, size);
}

/* Takes the old payload out and returns what it was. */
static struct payload hand_over(uint32_t id)
{
    struct payload p = replay.shadow.payloads[replay.blocks[id]];
    demand_intact(&p);
    shadow_remove(&replay.shadow, replay.blocks[id]);
    replay.blocks[id] = SHADOW_NONE;
    return p;
}

static void perform_free(const struct operation *op)
{
    if (replay.blocks[op->id] == SHADOW_NONE) {
        mm_free(NULL);
        return;
    }
    struct payload p = hand_over(op->id);
    for_both_ends(&p, touch_give_back);
    neighbours_leave(&replay.neighbours, &replay.shadow, &p, mem_heapsize(), true);
    mm_free(start_of(&p));
}

static void perform_realloc(const struct operation *op)
{
    if (replay.blocks[op->id] == SHADOW_NONE) {
        void *fresh = mm_realloc(NULL, op->size);
        if (!fresh) {
            demand_refusal(op);
            return;
        }
        demand_place(op, fresh);
        settle(op, fresh);
        return;
    }
    struct payload p = hand_over(op->id);
    void *moved = mm_realloc(start_of(&p), op->size);
    if (!moved && op->size == 0)
        return;
    if (!moved) { /* refused: the old one stays */
        demand_refusal(op);
        for_both_ends(&p, touch_shut);
        replay.blocks[op->id] = shadow_add(&replay.shadow, &p);
        return;
    }
    demand_place(op, moved);
    neighbours_leave(&replay.neighbours, &replay.shadow, &p, mem_heapsize(), false);
    uint64_t kept = p.size < op->size ? p.size : op->size, bad = verify(&p, moved, kept);
    if (bad < kept)
        wrong("byte %" PRIu64 " of %" PRIu64 " to be kept differs", bad, kept);
    settle(op, moved);
}

static void perform(const struct operation *op)
{
    if (op->kind == OP_FREE) {
        perform_free(op);
        return;
    }
    if (operation_bytes(op) <= replay.room && replay.asked <= replay.room)
        replay.asked += operation_bytes(op);
    if (op->kind == OP_REALLOC) {
        perform_realloc(op);
        return;
    }
    bool clear = op->kind == OP_CALLOC;
    void *pointer = clear ? mm_calloc(op->count, op->size) : mm_malloc(op->size);
    if (!pointer) {
        demand_refusal(op);
        return;
    }
    replay.blocks[op->id] = SHADOW_NONE;
    demand_place(op, pointer);
    if (clear)
        demand_zero(op, pointer);
    settle(op, pointer);
}

/* For the debugger */

__attribute__((noinline)) void replay_here(void)
{
    __asm__ volatile("");
}

__attribute__((noinline)) void replay_probed(void)
{
    __asm__ volatile("");
}

void *replay_payload(unsigned id)
{
    if (id >= replay.trace.ids || replay.blocks[id] == SHADOW_NONE)
        return NULL;
    return start_of(&replay.shadow.payloads[replay.blocks[id]]);
}

void replay_live(void)
{
    char text[128];
    size_t shown = 0;
    const struct payload *p = shadow_at_or_above(&replay.shadow, 0);
    for (; p && shown < SHOWN; shown++, p = shadow_at_or_above(&replay.shadow, p->start + 1)) {
        describe(p, text);
        printf("  %s\n", text);
    }
    printf("%zu live payloads, %" PRIu64 " bytes; the break is at heap+0x%zx%s\n",
           replay.shadow.live_count, replay.shadow.live_bytes, mem_heapsize(),
           shown < replay.shadow.live_count ? "; only the lowest are shown" : "");
    fflush(stdout);
}

void replay_block(const void *pointer)
{
    char text[96];
    uint64_t offset = offset_of(pointer);
    if (offset >= replay.room)
        printf("%p is not an address of the heap (0x%" PRIx64 " and above)\n", pointer,
               HEAP_START);
    else
        printf("heap+0x%" PRIx64 ": %s\n", offset,
               place_describe(&replay.shadow, offset, mem_heapsize(), text));
    fflush(stdout);
}

void replay_check(void)
{
    bool sound = mm_checkheap((int)replay.line);
    printf("mm_checkheap says that the heap is %s\n", sound ? "sound" : "NOT sound");
    for (size_t i = 0; i < replay.shadow.payload_count; i++) {
        const struct payload *p = &replay.shadow.payloads[i];
        char text[128];
        if (!p->live || verify(p, start_of(p), p->size) == p->size)
            continue;
        describe(p, text);
        printf("%s is damaged: byte %" PRIu64 " is not what the program wrote\n", text,
               verify(p, start_of(p), p->size));
    }
    fflush(stdout);
}

/* The run */

/* valgrind goes on after an error; we stop and say where in the trace that was. */
static void stop_at_errors(unsigned before)
{
    if (touch_errors() == before)
        return;
    wrong("valgrind reported what stands above");
}

/* `period`: ask the student's checker after so many operations; 0: never. */
static void run(uint64_t stop, uint64_t period)
{
    bool waiting = stop > 0;
    strcpy(replay.what, "mm_init");
    if (!mm_init())
        wrong("it reported failure on an empty heap");
    for (size_t i = 0; i < replay.trace.count; i++) {
        const struct operation *op = &replay.trace.operations[i];
        unsigned errors = touch_errors();
        replay.line = op->line;
        replay.op = op;
        if (stop > 0)
            operation_name(op, replay.what);
        if (waiting && op->line >= stop) {
            waiting = false;
            replay_here();
        }
        perform(op);
        stop_at_errors(errors);
        if (period && (i + 1) % period == 0 && !mm_checkheap((int)op->line))
            wrong("mm_checkheap says the heap is not sound after it");
    }
    for (size_t i = 0; i < replay.shadow.payload_count; i++)
        if (replay.shadow.payloads[i].live)
            demand_intact(&replay.shadow.payloads[i]);
}

static void open_trace(const char *path)
{
    trace_must_read(path, &replay.trace);
    const char *slash = strrchr(path, '/');
    replay.name = slash ? slash + 1 : path;
    size_t bytes = (replay.trace.ids + (size_t)1) * sizeof *replay.blocks;
    replay.blocks = must_alloc(bytes);
    memset(replay.blocks, 0xff, bytes);
}

int main(int argc, char **argv)
{
    uint64_t stop = 0, period = 0;
    bool debugger = false;
    for (int option; (option = getopt(argc, argv, "g:c:n")) != -1;) {
        stop = option == 'g' ? number_must_read("LINE", optarg, UINT32_MAX) : stop;
        period = option == 'c' ? number_must_read("PERIOD", optarg, UINT32_MAX) : period;
        debugger |= option == 'g';
        replay.neighbours.wanted |= option == 'n';
    }
    if (optind + 1 != argc)
        die("usage: replay [-g LINE] [-c PERIOD] [-n] TRACE; make gdb, asan, ubsan, valgrind "
            "and coverage call it");
    replay.room = touch_is_valgrind() ? VALGRIND_ROOM : HEAP_ROOM;
    if (replay.room > HEAP_ROOM)
        replay.room = HEAP_ROOM;
    open_trace(argv[optind]);
    memory_open(HEAP_START, replay.room);
    touch_on_error(tell_where);
    if (!debugger)
        catch_signals();
    replay_word = 1;
    replay_probed();
    atexit(end_early);
    if (!debugger)
        limit_time();
    run(stop, period);
    printf("%s: all %zu operations done, nothing wrong was seen\n", replay.name,
           replay.trace.count);
    end(0);
}
