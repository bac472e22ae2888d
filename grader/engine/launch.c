#include "launch.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK_BYTES ((rlim_t)8 << 20)

/* The exit status of a child that never became a runner. */
enum { START_FAILED = 122 };

/* What the child has open, ... */
static bool take_descriptors(const struct process *p)
{
    static const int to[5] = {0, 1, CHANNEL_HEAP_FD, CHANNEL_ORDERS_FD, CHANNEL_REPLIES_FD};
    int from[5] = {open("/dev/null", O_RDONLY | O_CLOEXEC), p->rules->output, p->heap.fd,
                   p->orders_fd, p->replies_fd};
    for (int i = 0; i < 5; i++) /* out of the way first: from and to overlap */
        if (from[i] < 0 || (from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 10)) < 0)
            return false;
    for (int i = 0; i < 5; i++)
        if (dup2(from[i], to[i]) < 0)
            return false;
    return dup2(STDOUT_FILENO, STDERR_FILENO) >= 0;
}

/* ... and how much it may take. What was limited to less before stays so. */
static void limit_resources(void)
{
    signal(SIGXFSZ, SIG_IGN); /* more output is refused, not fatal */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){PROCESS_OUTPUT, PROCESS_OUTPUT});
    setrlimit(RLIMIT_STACK, &(struct rlimit){STACK_BYTES, STACK_BYTES});
    setrlimit(RLIMIT_DATA, &(struct rlimit){PROCESS_PRIVATE, PROCESS_PRIVATE});
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* private pages count, each by itself */
}

/*
 * An emulator opens the program itself; it is not confined, and no grade of it is official.
 * Returns only if there is no program.
 */
static void exec_program(const struct process *p, int program)
{
    char name[] = "runner", *const argv[] = {name, NULL}, *const envp[] = {NULL};
    char *const emulated[] = {(char *)(uintptr_t)p->rules->emulator,
                              (char *)(uintptr_t)p->program, NULL};
    if (p->rules->emulator)
        execvp(emulated[0], emulated);
    else
        syscall(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
}

/* Returns only if that fails: errno says why. */
static void become_runner(const struct process *p, int program, pid_t parent)
{
    const struct filter *start = &p->rules->start;
    struct sock_fprog filter = {(unsigned short)start->length,
                                (struct sock_filter *)(uintptr_t)start->code};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(START_FAILED);
    setpgid(0, 0);
    if (!take_descriptors(p))
        return;
    limit_resources();
    /*
     * A checked run has fixed addresses where the system allows it. In a timed run they are
     * random: who decides by an address behaves differently there.
     */
    if (!p->orders->local_break)
        personality(ADDR_NO_RANDOMIZE);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
        (filter.len == 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0))
        exec_program(p, program);
}

/*
 * A fork would copy our page tables first. The child of a vfork has our memory until it is
 * another program: there it leaves what went wrong, and no submission can write there.
 */
pid_t launch_runner(const struct process *p)
{
    static volatile int error;
    int image = open(p->program, O_PATH | O_CLOEXEC);
    if (image < 0)
        die("%s: the runner cannot be opened: %s", p->program, strerror(errno));
    error = 0;
    pid_t self = getpid(), child = vfork();
    if (child == 0) {
        become_runner(p, image, self);
        error = errno;
        _exit(START_FAILED);
    }
    if (child < 0 || (error != 0 && error != ENOEXEC))
        die("%s: the runner cannot be started: %s", p->program,
            strerror(child < 0 ? errno : error));
    close(image);
    return child;
}
