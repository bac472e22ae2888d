#include "program.h"
#include "../../engine/say.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Descriptors above those that programs count on. */
#define HIGH_DESCRIPTOR 200

static int make_high(int fd)
{
    int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD, HIGH_DESCRIPTOR);
    if (high < 0)
        die("cannot prepare the recording: %s", strerror(errno));
    close(fd);
    return high;
}

/* The library lies beside this program. */
static int open_library(void)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof "preload.so");
    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    strcpy(slash ? slash + 1 : path, "preload.so");
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        die("%s is missing; make record builds it", path);
    return make_high(fd);
}

/* A realloc takes two slots. Pages of the log that are not written take no memory. */
static struct log *make_log(const struct program *program, int *fd)
{
    uint64_t room = 2 * program->operations;
    size_t bytes = sizeof(struct log) + room * sizeof(struct event);
    *fd = make_high(memfd_create("log", 0));
    if (ftruncate(*fd, (off_t)bytes) != 0)
        die("cannot make room for the recording: %s", strerror(errno));
    struct log *log = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (log == MAP_FAILED)
        die("cannot make room for the recording: %s", strerror(errno));
    if (strlen(program->name) >= sizeof log->program)
        die("the name of a program is too long: %s", program->name);
    strcpy(log->program, program->name);
    log->want_callers = program->callers;
    log->room = room;
    return log;
}

/* In LD_PRELOAD blanks and colons separate names, so the library is named by number. */
_Noreturn static void become(char **command, struct log *log, int fd, int library)
{
    char text[64];
    snprintf(text, sizeof text, "%d", fd);
    setenv(LOG_VARIABLE, text, 1);
    snprintf(text, sizeof text, "/proc/self/fd/%d", library);
    setenv("LD_PRELOAD", text, 1);
    execvp(command[0], command);
    log->not_run = errno;
    _exit(127);
}

/* Returns how the program ended. An interrupt from the keyboard ends it, but not us. */
static int run(char **command, struct log *log, int fd, int library)
{
    int status;
    fflush(NULL);
    signal(SIGCHLD, SIG_DFL); /* who has started us may ignore it: then no end is told */
    pid_t child = fork();
    if (child < 0)
        die("cannot start a process: %s", strerror(errno));
    if (child == 0)
        become(command, log, fd, library);
    signal(SIGINT, SIG_IGN);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

struct log *program_record(const struct program *program, int *status)
{
    int fd;
    struct log *log = make_log(program, &fd);
    log->library = open_library();
    *status = run(program->command, log, fd, log->library);
    close(log->library);
    close(fd);
    if (log->not_run)
        die("nothing was recorded: cannot run %s: %s", program->command[0],
            strerror(log->not_run));
    if (log->owner == 0)
        die("nothing was recorded: %s is linked statically, has another user's rights, was not "
            "started, or starts the real program as another%s",
            *program->name ? program->name : program->command[0],
            program->callers ? "" : " (-p, PROGRAM=name)");
    return log;
}
