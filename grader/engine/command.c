#include "command.h"
#include "clock.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The largest file that a helper may write: a compiler told to fill a disk is stopped. */
#define COMMAND_FILE_BYTES ((rlim_t)64 << 20)

static void limit_resources(const struct command *command)
{
    rlim_t seconds = command->seconds + 1, memory = command->memory;
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){COMMAND_FILE_BYTES, COMMAND_FILE_BYTES});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds});
    if (memory)
        setrlimit(RLIMIT_AS, &(struct rlimit){memory, memory});
}

/* Processes of one user; it is nobody else's, so they are all the tool's. */
enum { MOST_PROCESSES = 64 };

static void clear_environment(void)
{
    clearenv();
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    setenv("LC_ALL", "C", 1);
    setenv("TMPDIR", ".", 1);
    setenv("HOME", ".", 1); /* a ccache insists on one */
}

/* Another root folder, another user, fewer system calls: in this order, for good. */
static bool confine(const struct command_confinement *c, const char *directory)
{
    const struct sock_fprog filter = {(unsigned short)c->filter->length,
                                      (struct sock_filter *)(uintptr_t)c->filter->code};
    clear_environment();
    setrlimit(RLIMIT_NPROC, &(struct rlimit){MOST_PROCESSES, MOST_PROCESSES});
    return chroot(c->root) == 0 && chdir(directory ? directory : "/") == 0 &&
           setgroups(0, NULL) == 0 && setresgid(c->user, c->user, c->user) == 0 &&
           setresuid(c->user, c->user, c->user) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

static _Noreturn void become(const struct command *command, int output, pid_t parent)
{
    setpgid(0, 0);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0)
        _exit(127);
    limit_resources(command);
    if (command->confinement ? !confine(command->confinement, command->directory)
                             : command->directory && chdir(command->directory) != 0)
        _exit(127);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user would have undone it */
    if (getppid() != parent)          /* it ended before the call above */
        _exit(127);
    execvp(command->argv[0], command->argv);
    _exit(127);
}

/* How often we look whether time is up; so much of it, at most, is seen to be gone. */
enum { LOOK_UP_MS = 100 };
#define LONGEST_LOOK 1.0

/* Time that goes by while we are stopped, as all of a job may be, is not the helper's. */
struct patience {
    double left, looked; /* seconds */
};

static bool time_is_up(struct patience *patience)
{
    double now = clock_seconds(), gone = now - patience->looked;
    patience->left -= gone < LONGEST_LOOK ? gone : LONGEST_LOOK;
    patience->looked = now;
    return patience->left <= 0;
}

/* Collects until the writer closes its end or time is up. Returns false on time up. */
static bool collect(int input, size_t limit, struct patience *patience,
                    struct command_result *result)
{
    char chunk[16384];
    while (!time_is_up(patience)) {
        struct pollfd ready = {.fd = input, .events = POLLIN};
        if (poll(&ready, 1, LOOK_UP_MS) <= 0)
            continue;
        ssize_t got = read(input, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true;
        for (ssize_t i = 0; i < got && result->bytes < limit; i++)
            result->output[result->bytes++] = chunk[i];
    }
    return false;
}

/*
 * Has it ended when time is up? It may have closed its output long before. Nobody reaps it
 * here: until then its number, and that of its group, is given to no other process.
 */
static bool has_ended(pid_t pid, struct patience *patience)
{
    siginfo_t end = {0};
    while (waitid(P_PID, (id_t)pid, &end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           end.si_pid == 0) {
        if (time_is_up(patience))
            return false;
        usleep(200);
    }
    return true;
}

/* Ends what it left behind, in whatever group or session. Only that user can be hit. */
static void end_user(uid_t user)
{
    pid_t pid = fork();
    if (pid == 0) {
        if (setresuid(user, user, user) == 0)
            kill(-1, SIGKILL);
        _exit(0);
    }
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

struct command_result command_run(const struct command *command)
{
    struct command_result result = {.output = must_alloc(command->keep + 1)};
    struct patience patience = {.left = command->seconds, .looked = clock_seconds()};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        die("cannot make a pipe for %s: %s", command->argv[0], strerror(errno));
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        die("cannot start %s: %s", command->argv[0], strerror(errno));
    if (pid == 0)
        become(command, ends[1], parent);
    close(ends[1]);
    result.timed_out =
        !collect(ends[0], command->keep, &patience, &result) || !has_ended(pid, &patience);
    close(ends[0]);
    kill(-pid, SIGKILL); /* and whatever it started */
    kill(pid, SIGKILL);  /* it may not have its group yet */
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (command->confinement)
        end_user(command->confinement->user);
    result.output[result.bytes] = '\0';
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}
