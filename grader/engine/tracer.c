#include "tracer.h"
#include "clock.h"
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* Words of the stack that are looked through for return addresses. */
enum { STACK_WORDS = 256 };

/* No program of ours is longer: what points further is no return address. */
#define IMAGE_BYTES ((uint64_t)64 << 20)

#define ALARM_SECONDS 0.1

/* Nobody has to sleep between two steps of an order. */
#define SLEEP_SECONDS 1.0

/* As much of a repeated instruction is done at once. */
enum { REPEAT_BYTES = 65536 };

/* Its memory. What it cannot read, or write, neither can we. */

static size_t read_memory(pid_t pid, uint64_t at, void *bytes, size_t count)
{
    struct iovec ours = {bytes, count}, theirs = {(void *)(uintptr_t)at, count};
    ssize_t got = process_vm_readv(pid, &ours, 1, &theirs, 1, 0);
    return got > 0 ? (size_t)got : 0;
}

#if defined(__x86_64__)
static size_t write_memory(pid_t pid, uint64_t at, void *bytes, size_t count)
{
    struct iovec ours = {bytes, count}, theirs = {(void *)(uintptr_t)at, count};
    ssize_t put = process_vm_writev(pid, &ours, 1, &theirs, 1, 0);
    return put > 0 ? (size_t)put : 0;
}
#endif

/* Registers, on each processor */

static bool get_registers(pid_t pid, struct user_regs_struct *registers)
{
    struct iovec all = {registers, sizeof *registers};
    return ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all) == 0;
}

#if defined(__x86_64__)

static uint64_t counter_of(const struct user_regs_struct *r)
{
    return r->rip;
}

static uint64_t stack_of(const struct user_regs_struct *r)
{
    return r->rsp;
}

/*
 * Do the bytes before a return address end in a call? Returns the length of the call, or 0;
 * *target is the function that it names. The forms: E8 displacement; FF /2 with a register
 * or memory.
 */
static unsigned call_before(const uint8_t code[8], uint64_t back, uint64_t *target)
{
    int32_t distance;
    *target = 0;
    if (code[3] == 0xe8) {
        memcpy(&distance, code + 4, sizeof distance);
        *target = back + (uint64_t)(int64_t)distance;
        return 5;
    }
    if (code[2] == 0xff && code[3] == 0x15)
        return 6;
    if (code[6] == 0xff && (code[7] & 0xf8) == 0xd0)
        return 2;
    return code[5] == 0xff && (code[6] & 0xf8) == 0x50 ? 3 : 0;
}

/* A string instruction with a repeat prefix; length 0: it is none that we know. */
struct repeat {
    unsigned length, unit; /* bytes: of the instruction, and in each turn */
    bool copies;           /* movs; else stos */
};

static struct repeat repeat_of(const uint8_t *code)
{
    unsigned at = code[0] == 0xf3 || code[0] == 0xf2;
    bool rex = at && (code[at] & 0xf0) == 0x40, wide = rex && (code[at] & 8);
    at += rex;
    uint8_t kind = code[at] & 0xfe;
    if (at == 0 || (kind != 0xa4 && kind != 0xaa))
        return (struct repeat){0};
    return (struct repeat){.length = at + 1,
                           .unit = !(code[at] & 1) ? 1
                                   : wide          ? 8
                                                   : 4,
                           .copies = kind == 0xa4};
}

void tracer_watch(struct tracer *tracer, const uint64_t addresses[TRACER_WATCHED])
{
    uint64_t control = 0;
    for (unsigned i = 0; i < TRACER_WATCHED; i++) {
        void *place = (void *)(offsetof(struct user, u_debugreg) + i * sizeof(long));
        ptrace(PTRACE_POKEUSER, tracer->pid, place, (void *)addresses[i]);
        control |= (uint64_t)1 << (2 * i);        /* enabled, for this process */
        control |= (uint64_t)0x9 << (16 + 4 * i); /* on writes, 8 bytes long */
    }
    void *place = (void *)(offsetof(struct user, u_debugreg) + 7 * sizeof(long));
    ptrace(PTRACE_POKEUSER, tracer->pid, place, (void *)control);
}

/* Turns that one piece can do at once: what it writes must not be what it reads later. */
static uint64_t turns_at_once(const struct repeat *repeat, const struct user_regs_struct *r)
{
    uint64_t most = REPEAT_BYTES / repeat->unit, distance = (r->rdi - r->rsi) / repeat->unit;
    if (repeat->copies && r->rdi != r->rsi && distance < most)
        most = distance > 0 ? distance : 1;
    return r->rcx < most ? r->rcx : most;
}

/* Some turns, in the process's memory and in `r`. False: the next one would fault. */
static bool do_turns(const struct tracer *t, const struct repeat *repeat,
                     struct user_regs_struct *r)
{
    uint8_t piece[REPEAT_BYTES];
    unsigned unit = repeat->unit;
    uint64_t turns = turns_at_once(repeat, r);
    for (uint64_t i = 0; !repeat->copies && i < turns; i++)
        memcpy(piece + i * unit, &r->rax, unit);
    if (repeat->copies)
        turns = read_memory(t->pid, r->rsi, piece, turns * unit) / unit;
    turns = write_memory(t->pid, r->rdi, piece, turns * unit) / unit;
    r->rdi += turns * unit;
    r->rsi += repeat->copies ? turns * unit : 0;
    r->rcx -= turns;
    return turns > 0;
}

/*
 * Carries a repeated instruction out to its end, in its place: turn by turn it would take a
 * stop for each, and it must not run alone meanwhile. What cannot be done so, or runs
 * downwards, goes on turn by turn. False: it fills all memory.
 */
static bool finish_repeat(struct tracer *t, const struct process *p, struct user_regs_struct *r)
{
    enum { DIRECTION = 0x400 };
    uint8_t code[8];
    if ((r->eflags & DIRECTION) ||
        read_memory(t->pid, r->rip, code, sizeof code) != sizeof code)
        return true;
    struct repeat repeat = repeat_of(code);
    if (repeat.length == 0)
        return true;
    while (r->rcx > 0 && do_turns(t, &repeat, r))
        if (heap_resident(&p->heap) > p->rules->resident_limit || clock_seconds() > t->deadline)
            return false;
    t->repeated = r->rcx == 0;
    r->rip += t->repeated ? repeat.length : 0;
    ptrace(PTRACE_SETREGS, t->pid, NULL, r);
    return true;
}

#elif defined(__aarch64__)

static uint64_t counter_of(const struct user_regs_struct *r)
{
    return r->pc;
}

static uint64_t stack_of(const struct user_regs_struct *r)
{
    return r->sp;
}

/* The forms: BL displacement; BLR register. */
static unsigned call_before(const uint8_t code[8], uint64_t back, uint64_t *target)
{
    uint32_t instruction;
    memcpy(&instruction, code + 4, sizeof instruction);
    *target = 0;
    if ((instruction & 0xfc000000) == 0x94000000) {
        int32_t distance = (int32_t)(instruction << 6) >> 4;
        *target = back - 4 + (uint64_t)(int64_t)distance;
        return 4;
    }
    return (instruction & 0xfffffc1f) == 0xd63f0000 ? 4 : 0;
}

/* Debug registers are reached another way here; stepping does as well. */
void tracer_watch(struct tracer *tracer, const uint64_t addresses[TRACER_WATCHED])
{
    (void)tracer;
    (void)addresses;
}

static bool finish_repeat(struct tracer *t, const struct process *p, struct user_regs_struct *r)
{
    (void)t;
    (void)p;
    (void)r;
    return true;
}

#endif

/* Looking around */

/* The image starts with its ELF header, which its program headers follow. */
static uint64_t find_image(pid_t pid)
{
    char path[64];
    Elf64_auxv_t entry;
    uint64_t image = 0;
    snprintf(path, sizeof path, "/proc/%d/auxv", (int)pid);
    FILE *in = fopen(path, "re");
    while (in && fread(&entry, sizeof entry, 1, in) == 1 && entry.a_type != AT_NULL)
        if (entry.a_type == AT_PHDR)
            image = entry.a_un.a_val - sizeof(Elf64_Ehdr);
    if (in)
        fclose(in);
    return image;
}

static void add_call(const struct tracer *t, uint64_t back, struct tracer_site *site)
{
    uint8_t code[8];
    uint64_t target;
    if (site->count == TRACER_CALLS || back - t->image >= IMAGE_BYTES)
        return;
    if (read_memory(t->pid, back - sizeof code, code, sizeof code) != sizeof code ||
        call_before(code, back, &target) == 0)
        return;
    site->calls[site->count].from = back - 1 - t->image;
    site->calls[site->count++].target = target - t->image < IMAGE_BYTES ? target - t->image : 0;
}

/*
 * There is no frame pointer to follow in optimized code. Every word near the top of the
 * stack that points behind a call is a candidate; who reads the site sorts out the stale ones.
 */
void tracer_look_around(const struct tracer *t, uint64_t instruction, struct tracer_site *site)
{
    struct user_regs_struct r;
    uint64_t words[STACK_WORDS];
    *site = (struct tracer_site){0};
    if (!get_registers(t->pid, &r))
        return;
    site->instruction = (instruction ? instruction : counter_of(&r)) - t->image;
#if defined(__aarch64__)
    add_call(t, r.regs[30], site);
#endif
    size_t count = read_memory(t->pid, stack_of(&r), words, sizeof words) / sizeof *words;
    for (size_t i = 0; i < count; i++)
        add_call(t, words[i], site);
}

/* Going on */

static void wake_up(int number)
{
    (void)number;
}

/* No wait for a runner lasts for ever: now and then it is broken off. */
static void set_alarm(bool on)
{
    const struct sigaction action = {.sa_handler = wake_up};
    const suseconds_t period = on ? (suseconds_t)(ALARM_SECONDS * 1e6) : 0;
    if (on)
        sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){{0, period}, {0, period}}, NULL);
}

bool tracer_attach(struct tracer *tracer, struct process *p)
{
    if (p->rules->emulator) /* its instructions are not the program's */
        return false;
    int status;
    process_await_rest(p); /* nothing of its own start has to be followed */
    tracer->pid = p->pid;
    if (p->pid == 0 ||
        ptrace(PTRACE_SEIZE, p->pid, NULL, (void *)(uintptr_t)PTRACE_O_EXITKILL) != 0)
        return false;
    ptrace(PTRACE_INTERRUPT, p->pid, NULL, NULL);
    if (waitpid(p->pid, &status, 0) != p->pid)
        return false;
    if (!WIFSTOPPED(status)) {
        p->status = status;
        p->pid = 0;
        return false;
    }
    tracer->stopped = true;
    tracer->image = find_image(p->pid);
    p->tracer = tracer;
    return true;
}

void tracer_detach(struct tracer *t, struct process *p)
{
    if (p->tracer != t)
        return; /* it was given up before */
    int status;
    pid_t got = 0;
    ptrace(PTRACE_INTERRUPT, t->pid, NULL, NULL);
    while (!t->stopped && (got = waitpid(t->pid, &status, 0)) < 0 && errno == EINTR)
        ;
    if (got == t->pid && !WIFSTOPPED(status)) { /* it ended meanwhile */
        p->status = status;
        p->pid = 0;
    }
    ptrace(PTRACE_DETACH, t->pid, NULL, NULL);
    p->tracer = NULL;
}

static void give_up(struct tracer *t, struct process *p)
{
    tracer_detach(t, p);
    t->given_up = true;
}

/*
 * Did the processor stop it at our wish, or the kernel where a handler is about to begin? Its
 * own traps are signals like any other.
 */
static bool is_our_stop(pid_t pid, int status)
{
    siginfo_t info;
    if (WSTOPSIG(status) != SIGTRAP)
        return false;
    if (status >> 16) /* PTRACE_EVENT_STOP */
        return true;
    return ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) == 0 &&
           (info.si_code == TRAP_TRACE || info.si_code == TRAP_HWBKPT ||
            info.si_code == TRAP_BRKPT || info.si_code == SIGTRAP);
}

static void take_fault(struct tracer *t)
{
    if (t->fault)
        return;
    t->fault = true;
    tracer_look_around(t, 0, &t->site);
}

/*
 * A watchpoint stops behind the instruction that wrote: the byte before is part of it. (Or
 * before the next turn of one that repeats itself, which is on the same line.) `*at` is where
 * it stood before, and becomes where it stands now.
 */
static bool take_stop(struct tracer *t, struct process *p, uint64_t *at)
{
    struct user_regs_struct r;
    t->repeated = false;
    if (!get_registers(t->pid, &r))
        return false;
    t->before = t->watching ? counter_of(&r) - 1 : *at;
    if (!t->watching && *at == counter_of(&r) && !finish_repeat(t, p, &r))
        return false;
    *at = counter_of(&r);
    if (t->look)
        t->look(t, t->context);
    return true;
}

/* At each alarm: who sleeps makes no step, and we would wait for ever. It ends here. */
static void end_sleeper(struct tracer *t, const struct process *p)
{
    t->asleep += process_state(p) == 'S' ? ALARM_SECONDS : 0;
    if (t->asleep > SLEEP_SECONDS)
        kill(t->pid, SIGKILL);
}

/*
 * Lets it run; returns whether it stopped again before it replied. A signal need not end it:
 * there are ignored ones (SIGXFSZ). So it is followed then, too.
 */
static bool go(struct tracer *t, struct process *p, int deliver, int *status)
{
    bool step = !t->watching;
    if (t->stopped)
        ptrace(step ? PTRACE_SINGLESTEP : PTRACE_CONT, t->pid, NULL, (void *)(intptr_t)deliver);
    t->stopped = false;
    while (waitpid(t->pid, status, step ? 0 : WNOHANG) != t->pid) {
        if ((!step && process_replied(p)) || clock_seconds() > t->deadline)
            return false;
        if (step)
            end_sleeper(t, p);
        else
            usleep(20);
    }
    t->stopped = true;
    return true;
}

static enum outcome follow(struct tracer *t, struct process *p)
{
    int status = 0, deliver = 0;
    struct user_regs_struct r;
    uint64_t at = t->stopped && get_registers(t->pid, &r) ? counter_of(&r) : 0;
    while (!process_replied(p)) {
        if (clock_seconds() > t->deadline) {
            give_up(t, p);
            return OUTCOME_TIMEOUT;
        }
        if (!go(t, p, deliver, &status))
            continue;
        deliver = 0;
        if (!WIFSTOPPED(status)) {
            p->status = status;
            p->pid = 0;
            return OUTCOME_EXIT;
        }
        if (!is_our_stop(t->pid, status)) {
            take_fault(t);
            deliver = WSTOPSIG(status);
        } else if (!take_stop(t, p, &at)) {
            if (p->pid == 0)
                return OUTCOME_EXIT;
            give_up(t, p);
            return OUTCOME_TIMEOUT;
        }
    }
    return OUTCOME_DONE;
}

enum outcome tracer_await(struct tracer *t, struct process *p)
{
    set_alarm(true);
    enum outcome outcome = follow(t, p);
    set_alarm(false);
    return outcome;
}
