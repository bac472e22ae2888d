#include "filter.h"
#include "say.h"
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef HAVE_SECCOMP

#if defined(__x86_64__)
#include <asm/prctl.h>
#endif

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Of Linux 5.12; Debian 11 and Ubuntu 20.04 have older headers. It is the same everywhere. */
#ifndef __NR_mount_setattr
#define __NR_mount_setattr 442
#endif

/* Calls that are harmless whatever their arguments. */
static const int plain_calls[] = {
    SCMP_SYS(futex),
    SCMP_SYS(brk),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
#if defined(__GLIBC__) && __GLIBC_MINOR__ < 36
    SCMP_SYS(uname), /* at its start glibc wants to know how old the kernel is */
#endif
};

/* Calls of the runner's first instructions. (mmap is another, but never executable.) */
static const int start_calls[] = {
    SCMP_SYS(close),    SCMP_SYS(seccomp),   SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
    SCMP_SYS(execveat), SCMP_SYS(prlimit64), SCMP_SYS(lseek)};

/* Calls that the C library makes at its start or when an assertion fails, and does without. */
static const int refused_calls[] = {SCMP_SYS(readlink),   SCMP_SYS(readlinkat),
                                    SCMP_SYS(newfstatat), SCMP_SYS(fstat),
                                    SCMP_SYS(ioctl),      SCMP_SYS(mremap)};

static void must(int error)
{
    if (error != 0)
        die("libseccomp cannot make the system call filter: error %d", -error);
}

/* libseccomp's own macros for these leave a field out, and clang warns of it. */
static struct scmp_arg_cmp equal(unsigned argument, scmp_datum_t value)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value};
}

#if defined(__x86_64__)
static struct scmp_arg_cmp unequal(unsigned argument, scmp_datum_t value)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = SCMP_CMP_NE, .datum_a = value};
}
#endif

/* The answer to each of these calls, `bytes` bytes of them. */
static void answer(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof *calls; i++)
        must(seccomp_rule_add(filter, action, calls[i], 0));
}

static void add_common(scmp_filter_ctx filter)
{
    answer(filter, SCMP_ACT_ALLOW, plain_calls, sizeof plain_calls);
    answer(filter, SCMP_ACT_ERRNO(ENOENT), refused_calls, sizeof refused_calls);
    /* memlib gives pages back so; on anything but the heap's pages it fails or harms itself. */
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(madvise), 1, equal(2, MADV_REMOVE)));
#if defined(__x86_64__)
    /* The C library sets its thread's base. More registers (8 KiB of tiles) are not for it. */
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(arch_prctl), 1,
                          equal(0, ARCH_SET_FS)));
    must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(arch_prctl), 1,
                          unequal(0, ARCH_SET_FS)));
#endif
    /* Limits may be read, not raised. */
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, equal(2, 0)));
    for (unsigned fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, equal(0, fd)));
        must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1, equal(0, fd)));
    }
}

/* The finished program in the kernel's form, by way of a file in memory. */
static void export(scmp_filter_ctx filter, struct filter *into)
{
    int fd = memfd_create("brklab-filter", MFD_CLOEXEC);
    if (fd < 0)
        die("cannot create a file in memory for the system call filter: %s", strerror(errno));
    must(seccomp_export_bpf(filter, fd));
    ssize_t bytes = pread(fd, into->code, sizeof into->code, 0);
    off_t whole = lseek(fd, 0, SEEK_END);
    if (bytes <= 0 || bytes != whole)
        die("the system call filter of %lld bytes is too long", (long long)whole);
    into->length = (size_t)bytes / sizeof *into->code;
    close(fd);
    seccomp_release(filter);
}

/* After the start, no new mapping: over a shared area, or as memory that is not counted. */
static void refuse_mapping(scmp_filter_ctx filter, uint64_t heap_end)
{
    must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOMEM), SCMP_SYS(mmap), 0));
    must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(munmap), 0));
    /*
     * The C library makes relocated constants read-only, once. Who could also make a page
     * writable again would have a bit for each page that nobody counts, in the kernel. Nor is
     * the heap to be touched: it has room to be cut into 65,000 mappings, and what the kernel
     * tells of a process takes as long as it has mappings.
     */
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 2,
                          SCMP_A0(SCMP_CMP_GE, heap_end, 0), equal(2, PROT_READ)));
}

/* `otherwise`: the answer to a call that no rule is about. */
static scmp_filter_ctx begin(uint32_t otherwise)
{
    scmp_filter_ctx filter = seccomp_init(otherwise);
    if (!filter)
        die("libseccomp cannot make a system call filter");
    return filter;
}

/* Does this kernel have seccomp filters? */
static bool is_available(void)
{
    unsigned action = SECCOMP_RET_TRAP;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

bool filter_make(struct filter *start, struct filter *run, uint64_t heap_end)
{
    if (!is_available())
        return false;
    scmp_filter_ctx filter = begin(SCMP_ACT_TRAP);
    add_common(filter);
    refuse_mapping(filter, heap_end);
    export(filter, run);
    filter = begin(SCMP_ACT_TRAP);
    add_common(filter);
    answer(filter, SCMP_ACT_ALLOW, start_calls, sizeof start_calls);
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(madvise), 1,
                          equal(2, MADV_POPULATE_WRITE)));
    must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(madvise), 1,
                          equal(2, MADV_DONTNEED)));
    export(filter, start);
    return true;
}

/*
 * What a compiler has no use for: the network and other processes, other namespaces and
 * file systems, links and devices in the folder that we take its work from, and doors into
 * the kernel that had holes before. Other processes have other users; this comes on top.
 */
static const int tool_refused_calls[] = {
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(kcmp),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(open_tree),
    SCMP_SYS(move_mount),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsmount),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(shmget),
    SCMP_SYS(shmat),
    SCMP_SYS(msgget),
    SCMP_SYS(semget),
    SCMP_SYS(mq_open),
    SCMP_SYS(inotify_init1),
    SCMP_SYS(fanotify_init),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(personality),
    SCMP_SYS(quotactl),
    SCMP_SYS(syslog),
    SCMP_SYS(setpriority),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(acct),
};

/* The bits of clone that ask for namespaces (sched.h). */
#define NAMESPACE_BITS                                                                         \
    ((uint64_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |  \
                CLONE_NEWPID | CLONE_NEWNET))

bool filter_make_tool(struct filter *tool)
{
    if (!is_available())
        return false;
    scmp_filter_ctx filter = begin(SCMP_ACT_ALLOW);
    answer(filter, SCMP_ACT_ERRNO(EPERM), tool_refused_calls, sizeof tool_refused_calls);
    for (uint64_t bit = 1; bit <= NAMESPACE_BITS; bit <<= 1)
        if (bit & NAMESPACE_BITS)
            must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                  SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit)));
    /* Its flags lie in memory, where no filter can look; the C library then uses clone. */
    must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
    export(filter, tool);
    return true;
}

void filter_call_name(uint64_t number, char *text, size_t bytes)
{
    char *name =
        number < 4096 ? seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)number) : NULL;
    snprintf(text, bytes, "%s", name ? name : "unknown");
    free(name);
}

#else

bool filter_make(struct filter *start, struct filter *run, uint64_t heap_end)
{
    (void)start;
    (void)run;
    (void)heap_end;
    return false;
}

bool filter_make_tool(struct filter *tool)
{
    (void)tool;
    return false;
}

void filter_call_name(uint64_t number, char *text, size_t bytes)
{
    (void)number;
    if (bytes)
        text[0] = '\0';
}

#endif
