/*
 * entry.c - the first instructions of a runner.
 *
 * They run before the C library is set up and before any student code: constructors,
 * preinit functions and ifunc resolvers come later. They map the shared areas, close the
 * descriptors, prepare for faults and install the second system call filter; then the
 * program starts as any other. From there on no file can be opened, nothing mapped, no
 * process started.
 *
 * Nothing here may need relocation, thread-local storage or the C library: no table of
 * addresses, no library call, no structure copied by assignment (the compiler makes a
 * memcpy of it). It is compiled without stack protector for the same reason.
 */
#include "raw.h"
#include "runner.h"
#include <asm/resource.h>
#include <asm/unistd.h>
#include <elf.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

/* The linker's name for this program's image. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));

enum { FAULT_STACK = 65536 };

/* What the C library takes at its start from the break: thread-local data, and for malloc. */
#ifndef LIBRARY_BYTES
#define LIBRARY_BYTES 147456
#endif

/* All .bss of the first object behind the submission's. Wider alignment might leave a gap. */
uint64_t runner_fence[RUNNER_FENCE] __attribute__((visibility("hidden"), aligned(8)));
/* Behind all initialized data, so no neighbour of the submission's. */
struct runner *runner __attribute__((visibility("hidden"), section(".data1")));

uint64_t *runner_move_stack(uint64_t *words) __attribute__((visibility("hidden"), used));
void runner_setup(uint64_t *words) __attribute__((visibility("hidden"), used));

/*
 * Moves to a stack of our own making, keeps what the kernel handed over (x86-64: rdx) and goes
 * on at the C library's start.
 */
#if defined(__x86_64__)
__asm__(".text\n.globl runner_entry\n.hidden runner_entry\n.type runner_entry, @function\n"
        "runner_entry:\n"
        "  mov %rsp, %rdi\n  mov %rdx, %r12\n  xor %ebp, %ebp\n"
        "  call runner_move_stack\n"
        "  mov %rax, %rsp\n  mov %rax, %rbx\n  mov %rax, %rdi\n"
        "  call runner_setup\n"
        "  mov %rbx, %rsp\n  mov %r12, %rdx\n  jmp _start\n");
#elif defined(__aarch64__)
__asm__(".text\n.globl runner_entry\n.hidden runner_entry\n.type runner_entry, %function\n"
        "runner_entry:\n"
        "  mov x20, x0\n  mov x0, sp\n  mov x29, #0\n  mov x30, #0\n"
        "  bl runner_move_stack\n"
        "  mov sp, x0\n  mov x19, x0\n"
        "  bl runner_setup\n"
        "  mov sp, x19\n  mov x0, x20\n  b _start\n");
#endif

static _Noreturn void give_up(int status)
{
    for (;;)
        raw_call(__NR_exit_group, status, 0, 0, 0, 0, 0);
}

/*
 * Where the kernel begins a stack in its page differs from process to process, where addresses
 * are random, and from machine to machine, by what it puts there. A submission's frames would
 * lie on a page more or less, and pages count. So what the C library reads is copied to the
 * start of a page some pages below; frames begin under it, and the old pages are dropped.
 *
 *     | frames of the C library and the submission | words |      dropped      | names |
 *                                                  ^ the new stack pointer, where a page begins
 *
 * But for the uppermost: there are the program's names, which `ps` reads, and so brings back.
 */
enum { OLD_PAGES = 2, MOST_WORDS = 256, RANDOM_BYTES = 16 };

/* The auxiliary values stand behind the arguments and the environment, each ended by 0. */
static uint64_t *auxiliary_values(uint64_t *words)
{
    uint64_t *at = words + 1 + words[0] + 1;
    while (*at != 0)
        at++;
    return at + 1;
}

/* One of them, where it stands; its value is the word behind. The last one if it is missing. */
static uint64_t *auxiliary(uint64_t *words, uint64_t type)
{
    uint64_t *at = auxiliary_values(words);
    while (at[0] != type && at[0] != AT_NULL)
        at += 2;
    return at;
}

static void copy(volatile char *to, const char *from, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i++)
        to[i] = from[i];
}

uint64_t *runner_move_stack(uint64_t *words)
{
    uint64_t page = auxiliary(words, AT_PAGESZ)[1];
    uint64_t *copied = (uint64_t *)(page_down((uint64_t)words, page) - OLD_PAGES * page);
    uint64_t count = (uint64_t)(auxiliary(words, AT_NULL) + 2 - words);
    if (count > MOST_WORDS)
        give_up(123);
    copy((char *)copied, (const char *)words, count * sizeof *words);
    uint64_t *random = auxiliary(copied, AT_RANDOM);
    if (random[0] == AT_RANDOM) { /* the C library's secrets are made of it */
        copy((char *)&copied[count], (const char *)random[1], RANDOM_BYTES);
        random[1] = (uint64_t)&copied[count];
    }
    return copied;
}

/* The processor's name is of no use. It is on a page that goes; a look brings it back. */
static void forget(uint64_t *words, uint64_t type)
{
    uint64_t *value = auxiliary(words, type);
    if (value[0] == type)
        value[0] = AT_IGNORE;
}

/* The program's file name is the first thing that was put there, at the upper end. */
static void drop_old_stack(uint64_t *words)
{
    uint64_t page = auxiliary(words, AT_PAGESZ)[1], from = (uint64_t)words + page;
    uint64_t to = page_down(auxiliary(words, AT_EXECFN)[1], page);
    forget(words, AT_PLATFORM);
    forget(words, AT_BASE_PLATFORM);
    if (to > from)
        raw_call(__NR_madvise, (long)from, (long)(to - from), MADV_DONTNEED, 0, 0, 0);
}

static void *map(uint64_t at, uint64_t bytes, int protection, int flags, int fd)
{
    long memory = raw_call(__NR_mmap, (long)at, (long)bytes, protection, flags, fd, 0);
    if ((memory < 0 && memory > -4096) || (at && (uint64_t)memory != at))
        give_up(120);
    return (void *)memory;
}

static void *map_private(uint64_t bytes)
{
    return map(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

/*
 * A page costs microseconds when it is touched for the first time in a process: as much as
 * hundreds of calls. Before a timed run all pages that exist are touched here; reading is
 * enough, once the kernel has made them writable (madvise, Linux 5.14; older ones do it
 * page by page).
 */
static void touch(const char *at, uint64_t bytes)
{
    const volatile char *page = at;
    for (uint64_t i = 0; i < bytes; i += runner->orders->page)
        (void)page[i];
}

static void touch_heap(void)
{
    const struct orders *orders = runner->orders;
    for (long end = 0;;) {
        long start = raw_call(__NR_lseek, CHANNEL_HEAP_FD, end, SEEK_DATA, 0, 0, 0);
        if (start < 0)
            return;
        end = raw_call(__NR_lseek, CHANNEL_HEAP_FD, start, SEEK_HOLE, 0, 0, 0);
        long at = (long)orders->heap_start + start;
        raw_call(__NR_madvise, at, end - start, MADV_POPULATE_WRITE, 0, 0, 0);
        touch((const char *)at, (uint64_t)(end - start));
    }
}

/* The parts of the program's image in memory, by number; NULL behind the last one. */
static const Elf64_Phdr *part_at(unsigned i)
{
    const Elf64_Ehdr *file = (const Elf64_Ehdr *)__ehdr_start;
    return i < file->e_phnum ? (const Elf64_Phdr *)(__ehdr_start + file->e_phoff) + i : NULL;
}

static bool is_writable(const Elf64_Phdr *part)
{
    return part->p_type == PT_LOAD && (part->p_flags & PF_W);
}

/*
 * Static data. A page of a file becomes the program's own only when it is written. Relocated
 * constants come first and are left out: the C library's start writes them anyway, and where a
 * program has a loader (bench) they are read-only by now.
 */
static void touch_image(void)
{
    const Elf64_Phdr *part;
    uint64_t image = (uint64_t)__ehdr_start, constants = 0, page = runner->orders->page;
    for (unsigned i = 0; (part = part_at(i)) != NULL; i++)
        if (part->p_type == PT_GNU_RELRO)
            constants = page_down(part->p_vaddr + part->p_memsz, page);
    for (unsigned i = 0; (part = part_at(i)) != NULL; i++) {
        if (!is_writable(part))
            continue;
        uint64_t at = part->p_vaddr, end = at + part->p_memsz;
        for (at = at < constants ? constants : at; at < end; at = page_up(at + 1, page))
            *(volatile char *)(image + at) = *(volatile char *)(image + at);
    }
}

static void touch_areas(void)
{
    const struct orders *orders = runner->orders;
    if (!orders->local_break)
        return;
    touch_image();
    touch((const char *)orders,
          (uint64_t)((const char *)&orders->operations[orders->window] - (const char *)orders));
    touch((const char *)runner->replies, channel_replies_bytes(orders));
    touch_heap();
}

static void close_areas(void)
{
    for (int fd = CHANNEL_HEAP_FD; fd <= CHANNEL_REPLIES_FD; fd++)
        raw_call(__NR_close, fd, 0, 0, 0, 0, 0);
}

static void map_areas(void)
{
    const struct orders *orders =
        map(0, sizeof *orders, PROT_READ, MAP_SHARED, CHANNEL_ORDERS_FD);
    struct runner *r = map_private(sizeof *r);
    int at_once = orders->local_break ? MAP_POPULATE : 0;
    r->orders = orders;
    r->replies = map(0, channel_replies_bytes(orders), PROT_READ | PROT_WRITE,
                     MAP_SHARED | at_once, CHANNEL_REPLIES_FD);
    r->blocks = (void **)&r->replies->pointers[orders->window];
    map(orders->heap_start, orders->heap_room, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE, CHANNEL_HEAP_FD);
    runner = r;
    for (int i = 0; i < RUNNER_FENCE; i++)
        runner_fence[i] = CHANNEL_FENCE;
}

static uint64_t instruction_of(const ucontext_t *context)
{
#if defined(__x86_64__)
    uint64_t pc = (uint64_t)context->uc_mcontext.gregs[16]; /* REG_RIP */
#elif defined(__aarch64__)
    uint64_t pc = context->uc_mcontext.pc;
#endif
    return pc - (uint64_t)(uintptr_t)__ehdr_start;
}

/*
 * x86-64 has one fault for an address that cannot exist and for one that is no multiple of 16,
 * and the kernel does not tell the address. Is it an instruction that can have the second?
 */
static bool needs_alignment(const siginfo_t *info, const ucontext_t *context)
{
    uint64_t at = instruction_of(context);
    if (info->si_code != SI_KERNEL || at + 4 >= (uint64_t)(etext - __ehdr_start))
        return false;
    const unsigned char *code = (const unsigned char *)__ehdr_start + at;
    code += *code == 0x66;          /* a prefix; others make it scalar, or not so strict, */
    code += (*code & 0xf0) == 0x40; /* but for that of wide registers */
    return code[0] == 0x0f && ((code[1] >= 0x28 && code[1] < 0x2c) ||
                               (code[1] >= 0x50 && code[1] < 0x80) || code[1] >= 0xd0);
}

/*
 * Around the stack pointer there is a page, or the kernel would have made it: so there is no
 * room for more of them. A large array ends far above the pointer, and is used from anywhere.
 */
static uint32_t stack_is_full(const siginfo_t *info, const ucontext_t *context)
{
    enum { RED_ZONE = 65536, LARGEST_ARRAY = 1 << 30 };
#if defined(__x86_64__)
    uint64_t sp = (uint64_t)context->uc_mcontext.gregs[15]; /* REG_RSP */
#elif defined(__aarch64__)
    uint64_t sp = context->uc_mcontext.sp;
#endif
    uint64_t address = (uint64_t)(uintptr_t)info->si_addr;
    return info->si_signo == SIGSEGV && info->si_code == SEGV_MAPERR &&
           address - (sp - RED_ZONE) < RED_ZONE + LARGEST_ARRAY;
}

/* A fault ends the run; the last thing the runner does is to say where it was. */
static void report_fault(int signal, siginfo_t *info, void *context)
{
    struct replies *replies = runner->replies;
    _Atomic uint32_t *turn = (_Atomic uint32_t *)&runner->orders->turn;
    /* A constructor may fault before the first order: what we said now would be wiped. */
    atomic_store(&replies->asleep, 1);
    while (atomic_load(turn) == 0)
        raw_call(__NR_futex, (long)turn, FUTEX_WAIT, 0, 0, 0, 0);
    replies->kind = REPLY_FAULT;
    bool unaligned = needs_alignment(info, context);
    replies->signal = unaligned ? SIGBUS : signal;
    replies->code = unaligned ? BUS_ADRALN : info->si_code;
    replies->address =
        signal == SIGSYS ? (uint64_t)info->si_syscall : (uint64_t)(uintptr_t)info->si_addr;
    replies->instruction = instruction_of(context);
    replies->stack_full = stack_is_full(info, context);
    atomic_store(&replies->turn, atomic_load(turn));
    raw_call(__NR_futex, (long)&replies->turn, FUTEX_WAKE, 1, 0, 0, 0);
    give_up(121);
}

/* The kernel's form of sigaction. No restorer: report_fault never returns. */
struct kernel_sigaction {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static void catch_fault(int signal)
{
    struct kernel_sigaction action;
    action.handler = report_fault;
    action.flags = SA_SIGINFO | SA_ONSTACK;
#if defined(__x86_64__)
    action.flags |= 0x04000000; /* SA_RESTORER: without it x86-64 delivers no signal */
#endif
    action.restorer = 0;
    action.mask = 0;
    raw_call(__NR_rt_sigaction, signal, (long)&action, 0, sizeof action.mask, 0, 0);
}

static void catch_faults(void)
{
    stack_t stack;
    stack.ss_sp = map_private(FAULT_STACK);
    stack.ss_size = FAULT_STACK;
    stack.ss_flags = 0;
    raw_call(__NR_sigaltstack, (long)&stack, 0, 0, 0, 0, 0);
    catch_fault(SIGSEGV);
    catch_fault(SIGBUS);
    catch_fault(SIGILL);
    catch_fault(SIGFPE);
    catch_fault(SIGABRT);
    catch_fault(SIGTRAP);
    catch_fault(SIGSYS);
}

static void install_filter(const struct orders *orders)
{
    struct sock_fprog program;
    if (orders->filter_length == 0)
        return;
    program.len = (unsigned short)orders->filter_length;
    program.filter = (struct sock_filter *)(uintptr_t)orders->filter;
    if (raw_call(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program, 0, 0, 0) != 0)
        give_up(122);
}

static uint64_t whole_pages(uint64_t bytes)
{
    return page_up(bytes, runner->orders->page);
}

/*
 * Of this program's own image, by its program headers; and thread-local data, of which the C
 * library makes a copy. Less than a page of that is in LIBRARY_BYTES.
 */
static uint64_t writable_bytes(void)
{
    const Elf64_Phdr *part;
    uint64_t sum = 0, page = runner->orders->page;
    for (unsigned i = 0; (part = part_at(i)) != NULL; i++)
        if (is_writable(part))
            sum +=
                page_up(part->p_vaddr + part->p_memsz, page) - page_down(part->p_vaddr, page);
        else if (part->p_type == PT_TLS)
            sum += page_down(part->p_memsz, page);
    return sum;
}

/*
 * From here on there is no private memory but the stack and what we mapped: room that could
 * be taken and given back would never be seen by whoever counts pages at the end.
 */
static void limit_memory(void)
{
    const struct runner *r = runner;
    uint64_t limit[2], before[2];
    limit[0] = writable_bytes() + whole_pages(sizeof *r);
    limit[0] += FAULT_STACK + LIBRARY_BYTES;
    raw_call(__NR_prlimit64, 0, RLIMIT_DATA, 0, (long)before, 0, 0);
    if (limit[0] > before[1])
        limit[0] = before[1];
    limit[1] = limit[0];
    raw_call(__NR_prlimit64, 0, RLIMIT_DATA, (long)limit, 0, 0, 0);
}

void runner_setup(uint64_t *words)
{
    drop_old_stack(words);
    map_areas();
    touch_areas();
    close_areas();
    catch_faults();
    limit_memory();
    install_filter(runner->orders);
}
