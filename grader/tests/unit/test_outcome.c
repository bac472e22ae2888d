/*
 * test_outcome.c - promised: whatever ends a runner becomes the finding that fits, with the
 * address in words; what somebody else has done to it is no finding.
 */
#include "dies.h"

#include "filter.h"
#include "outcome.h"
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#define START ((uint64_t)1 << 45)
#define ROOM  ((uint64_t)1 << 44)
#define BREAK ((uint64_t)4096)

static const struct process_rules rules = {.heap_start = START,
                                           .heap_room = ROOM,
                                           .resident_limit = 1 << 20,
                                           .order_seconds = 0.5,
                                           .total_seconds = 10};

static struct process a_process(struct orders *orders)
{
    return (struct process){.rules = &rules,
                            .program = "/nowhere/runner",
                            .orders = orders,
                            .heap = {.fd = -1, .brk = {.size = BREAK}}};
}

/* It must be exactly one finding of this code, and say these words. */
static void assert_reported(const struct process *p, enum outcome outcome,
                            enum finding_code code, const char *words)
{
    struct shadow shadow = {0};
    struct findings findings = {0};
    shadow_add(&shadow, &(struct payload){.start = 64, .size = 20, .id = 7});
    outcome_report(&findings, p, &shadow, outcome, "mix-a", 12, "free");
    assert_int_equal(findings.count, 1);
    assert_string_equal(finding_name(findings.items[0].code), finding_name(code));
    assert_string_equal(findings.items[0].trace, "mix-a");
    assert_int_equal(findings.items[0].line, 12);
    if (!strstr(findings.items[0].message, words))
        fail_msg("'%s' is not in '%s'", words, findings.items[0].message);
    findings_clear(&findings);
    shadow_clear(&shadow);
}

static void test_outcome__faults_in_words(void **state)
{
    (void)state;
    static const struct {
        int signal, code;
        uint64_t address;
        enum finding_code finding;
        const char *words;
    } faults[] = {
        {SIGSEGV, SI_KERNEL, START + 64, FINDING_CRASH, "an address that cannot exist"},
        {SIGBUS, BUS_ADRALN, 0, FINDING_CRASH, "touched an address that is not aligned as"},
        {SIGSEGV, SEGV_MAPERR, 8, FINDING_CRASH, "touched address 0x8, close to NULL"},
        {SIGSEGV, SEGV_MAPERR, START + 83, FINDING_CRASH, "heap+0x53, byte 19 of block 7"},
        {SIGBUS, BUS_ADRERR, START + BREAK, FINDING_PAST_BREAK,
         "heap+0x1000, byte 1 past the program break (heap+0x1000)"},
        {SIGSEGV, SEGV_MAPERR, START + ROOM - 1, FINDING_PAST_BREAK, "past the program break"},
        {SIGSEGV, SEGV_MAPERR, START + ROOM, FINDING_PAST_BREAK, "past the program break"},
        {SIGSEGV, SEGV_MAPERR, START + ROOM + (1 << 30), FINDING_CRASH, "far from the heap"},
        {SIGSEGV, SEGV_MAPERR, (uint64_t)-9, FINDING_CRASH, "f7, just below NULL (was it NULL"},
        {SIGSEGV, SEGV_MAPERR, START - 16, FINDING_CRASH, "16 bytes below the start"},
        {SIGSEGV, SEGV_MAPERR, START - 1, FINDING_CRASH, "touched 1 byte below the start"},
        {SIGFPE, FPE_INTDIV, 0, FINDING_CRASH, "free crashed: it divided by zero"},
        {SIGFPE, FPE_FLTRES, 0, FINDING_CRASH, "free crashed: Floating point exception"},
        {SIGABRT, SI_TKILL, 0, FINDING_EXITED, "free called abort()"},
        {SIGSYS, 1, SYS_tgkill, FINDING_EXITED, "free called abort()"},
        {SIGSYS, 1, SYS_socket, FINDING_FORBIDDEN, "made system call"},
    };
    struct orders orders = {0};
    struct process p = a_process(&orders);
    for (size_t i = 0; i < COUNT(faults); i++) {
        p.fault.signal = faults[i].signal;
        p.fault.code = faults[i].code;
        p.fault.address = faults[i].address;
        assert_reported(&p, OUTCOME_FAULT, faults[i].finding, faults[i].words);
    }
}

static void test_outcome__a_full_stack(void **state)
{
    (void)state;
    struct orders orders = {0};
    struct process p = a_process(&orders);
    p.fault.signal = SIGSEGV;
    p.fault.code = SEGV_MAPERR;
    p.fault.address = 0x7fffff7feff8;
    p.fault.stack_full = true;
    assert_reported(&p, OUTCOME_FAULT, FINDING_CRASH, "free crashed: its stack is full");
}

/* In a timed run the break is the runner's own, and the referee's copy of it is old. */
static void test_outcome__a_timed_run_knows_no_break(void **state)
{
    (void)state;
    struct orders orders = {.local_break = 1};
    struct process p = a_process(&orders);
    p.fault.signal = SIGSEGV;
    p.fault.address = START + 2 * BREAK;
    assert_reported(&p, OUTCOME_FAULT, FINDING_CRASH, "it touched heap+0x2000");
}

static void test_outcome__without_a_shadow_there_are_no_blocks(void **state)
{
    (void)state;
    struct orders orders = {0};
    struct process p = a_process(&orders);
    struct findings findings = {0};
    p.fault.signal = SIGSEGV;
    p.fault.address = START + 64;
    outcome_report(&findings, &p, NULL, OUTCOME_FAULT, NULL, 0, "mm_init");
    assert_string_equal(findings.items[0].message, "mm_init crashed: it touched heap+0x40");
    findings_clear(&findings);
}

static void test_outcome__the_end_of_a_process(void **state)
{
    (void)state;
    struct orders orders = {0};
    struct process p = a_process(&orders);
    p.status = W_EXITCODE(3, 0);
    assert_reported(&p, OUTCOME_EXIT, FINDING_EXITED, "ended the process with exit status 3");
    p.status = W_EXITCODE(0, SIGSYS);
    assert_reported(&p, OUTCOME_EXIT, FINDING_EXITED, "did an assertion fail?");
    p.status = W_EXITCODE(0, SIGTERM);
    assert_reported(&p, OUTCOME_EXIT, FINDING_CRASH, "the process was ended by signal 15");
}

static void report_exit(void *process)
{
    struct findings findings = {0};
    outcome_report(&findings, process, NULL, OUTCOME_EXIT, NULL, 0, "free");
}

/* A runner that had filled the memory itself was killed for that; any other was murdered. */
static void test_outcome__killed_from_outside(void **state)
{
    (void)state;
    struct orders orders = {0};
    struct process p = a_process(&orders);
    p.status = W_EXITCODE(0, SIGKILL);
    assert_true(heap_open(&p.heap, 1 << 24));
    assert_dies(report_exit, &p, "killed from outside");
    assert_int_equal(heap_move_break(&p.heap, 1 << 20), 0);
    heap_populate(&p.heap, 1 << 20);
    assert_reported(&p, OUTCOME_EXIT, FINDING_CRASH, "ended by signal 9");
    heap_close(&p.heap);
}

static void test_outcome__limits(void **state)
{
    (void)state;
    struct orders orders = {0};
    struct process p = a_process(&orders);
    assert_reported(&p, OUTCOME_TIMEOUT, FINDING_TIMEOUT, "stopped after 0.5 s: it had not");
    p.slow_in_all = true;
    assert_reported(&p, OUTCOME_TIMEOUT, FINDING_TIMEOUT, "took more than 10 s together");
    assert_true(heap_open(&p.heap, 1 << 24));
    assert_int_equal(heap_move_break(&p.heap, 3 << 20), 0);
    heap_populate(&p.heap, 3 << 20);
    assert_reported(&p, OUTCOME_MEMORY, FINDING_TOUCHED_TOO_MUCH, "it had touched 3 MiB");
    heap_close(&p.heap);
}

static void test_outcome__done_is_no_finding(void **state)
{
    (void)state;
    struct orders orders = {0};
    struct process p = a_process(&orders);
    struct findings findings = {0};
    outcome_report(&findings, &p, NULL, OUTCOME_DONE, NULL, 0, "free");
    assert_int_equal(findings.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcome__faults_in_words),
        cmocka_unit_test(test_outcome__a_full_stack),
        cmocka_unit_test(test_outcome__a_timed_run_knows_no_break),
        cmocka_unit_test(test_outcome__without_a_shadow_there_are_no_blocks),
        cmocka_unit_test(test_outcome__the_end_of_a_process),
        cmocka_unit_test(test_outcome__killed_from_outside),
        cmocka_unit_test(test_outcome__limits),
        cmocka_unit_test(test_outcome__done_is_no_finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
