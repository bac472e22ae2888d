#include "outcome.h"
#include "filter.h"
#include "place.h"
#include "say.h"
#include "source.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* An address that is no further from the room of the heap was meant for the heap. */
#define NEAR ((uint64_t)1 << 30)

/* "heap+0x40, 16 bytes below block 12", "16 bytes below the start of the heap", ... */
static void describe_address(const struct process *p, const struct shadow *shadow, char *text,
                             size_t bytes)
{
    uint64_t address = p->fault.address, start = p->rules->heap_start;
    uint64_t offset = address - start;
    char place[96];
    if (p->fault.signal == SIGSEGV && p->fault.code == SI_KERNEL)
        snprintf(text, bytes,
                 "an address that cannot exist: the pointer is made of other data");
    else if (p->fault.signal == SIGBUS && p->fault.code == BUS_ADRALN)
        snprintf(text, bytes,
                 "an address that is not aligned as that type needs, or cannot exist");
    else if (address < 65536)
        snprintf(text, bytes, "address 0x%" PRIx64 ", close to NULL", address);
    else if (address >= (uint64_t)-65536)
        snprintf(text, bytes,
                 "address 0x%" PRIx64 ", just below NULL (was it NULL, or did mem_sbrk fail?)",
                 address);
    else if (offset < p->heap.brk.size && shadow)
        snprintf(text, bytes, "heap+0x%" PRIx64 ", %s", offset,
                 place_describe(shadow, offset, p->heap.brk.size, place));
    else if (offset < p->rules->heap_room + NEAR)
        snprintf(text, bytes, "heap+0x%" PRIx64, offset);
    else if (address < start && start - address < NEAR)
        snprintf(text, bytes, "%" PRIu64 " byte%s below the start of the heap", start - address,
                 start - address == 1 ? "" : "s");
    else
        snprintf(text, bytes, "address 0x%" PRIx64 ", far from the heap", address);
}

/* abort() and raise() end in tgkill, which the filter stops. */
static bool is_abort(const struct process *p)
{
    return p->fault.signal == SIGABRT ||
           (p->fault.signal == SIGSYS && p->fault.address == SYS_tgkill);
}

static void report_fault(struct findings *findings, const struct process *p,
                         const struct shadow *shadow, const char *trace, uint32_t line,
                         const char *what)
{
    char where[256], at[512], call[64];
    int signal = p->fault.signal;
    uint64_t offset = p->fault.address - p->rules->heap_start, end = p->heap.brk.size;
    bool memory_fault = signal == SIGSEGV || signal == SIGBUS;
    source_describe(p->program, NULL, p->fault.instruction, at, sizeof at);
    describe_address(p, shadow, where, sizeof where);
    filter_call_name(p->fault.address, call, sizeof call);
    if (is_abort(p))
        findings_add(findings, FINDING_EXITED, trace, line,
                     "%s called abort(); did an assertion fail?", what);
    else if (signal == SIGSYS)
        findings_add(findings, FINDING_FORBIDDEN, trace, line,
                     "%s made system call %" PRIu64 " (%s), which no allocator needs%s", what,
                     p->fault.address, call, at);
    else if (memory_fault && p->fault.address - CHANNEL_FENCE_WRITTEN < 4096)
        findings_add(
            findings, FINDING_CRASH, trace, line,
            "%s %s past the end of an array of its own%s: an index is too large, or the "
            "array too short; make asan shows where that begins",
            what, p->fault.address < CHANNEL_FENCE ? "wrote" : "read",
            p->fault.address < CHANNEL_FENCE ? "" : at);
    else if (memory_fault && offset < p->rules->heap_room + NEAR && offset >= end &&
             !p->orders->local_break)
        findings_add(findings, FINDING_PAST_BREAK, trace, line,
                     "%s touched %s, byte %" PRIu64 " past the program break (heap+0x%" PRIx64
                     ")%s",
                     what, where, offset - end + 1, end, at);
    else if (memory_fault && p->fault.stack_full)
        findings_add(findings, FINDING_CRASH, trace, line,
                     "%s crashed: its stack is full (an endless recursion, or a large local "
                     "array)%s",
                     what, at);
    else if (memory_fault)
        findings_add(findings, FINDING_CRASH, trace, line, "%s crashed: it touched %s%s", what,
                     where, at);
    else if (signal == SIGFPE && p->fault.code == FPE_INTDIV)
        findings_add(findings, FINDING_CRASH, trace, line, "%s crashed: it divided by zero%s",
                     what, at);
    else
        findings_add(findings, FINDING_CRASH, trace, line, "%s crashed: %s%s", what,
                     strsignal(signal), at);
}

/*
 * A runner cannot kill itself, and we have not killed it. Unless it had filled memory, somebody
 * outside did: that is no finding about the submission.
 */
static void refuse_murder(const struct process *p)
{
    if (WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGKILL && !process_is_large(p))
        die("the runner was killed from outside (is memory short?); nothing was graded");
}

/* SIGSYS ends a process that has blocked it, as abort() of older C libraries does first. */
static void report_exit(struct findings *findings, const struct process *p, const char *trace,
                        uint32_t line, const char *what)
{
    refuse_murder(p);
    if (WIFEXITED(p->status))
        findings_add(findings, FINDING_EXITED, trace, line,
                     "%s ended the process with exit status %d", what, WEXITSTATUS(p->status));
    else if (WTERMSIG(p->status) == SIGSYS)
        findings_add(findings, FINDING_EXITED, trace, line,
                     "%s was ended by a system call that is not allowed, such as that of "
                     "abort(); did an assertion fail?",
                     what);
    else
        findings_add(findings, FINDING_CRASH, trace, line,
                     "%s: the process was ended by signal %d", what, WTERMSIG(p->status));
}

void outcome_report(struct findings *findings, const struct process *p,
                    const struct shadow *shadow, enum outcome outcome, const char *trace,
                    uint32_t line, const char *what)
{
    switch (outcome) {
    case OUTCOME_DONE:
        return;
    case OUTCOME_FAULT:
        report_fault(findings, p, shadow, trace, line, what);
        return;
    case OUTCOME_EXIT:
        report_exit(findings, p, trace, line, what);
        return;
    case OUTCOME_TIMEOUT:
        if (p->slow_in_all)
            findings_add(findings, FINDING_TIMEOUT, trace, line,
                         "%s was stopped: all calls up to it took more than %g s together, "
                         "none of them more than %g s",
                         what, p->rules->total_seconds, p->rules->order_seconds);
        else
            findings_add(findings, FINDING_TIMEOUT, trace, line,
                         "%s was stopped after %g s: it had not ended", what,
                         p->rules->order_seconds);
        return;
    case OUTCOME_MEMORY:
        findings_add(findings, FINDING_TOUCHED_TOO_MUCH, trace, line,
                     "%s was stopped after it had touched %" PRIu64 " MiB of heap pages", what,
                     heap_resident(&p->heap) >> 20);
        return;
    }
}
