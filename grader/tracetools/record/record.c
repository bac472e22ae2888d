/*
 * record.c - records what a program asks of malloc, as a trace.
 *
 *     record [OPTIONS] -o TRACE.rep COMMAND [ARGUMENT...]
 *
 *     -o FILE   the trace
 *     -m N      at most N operations (150000)
 *     -f N      pass over the first N operations; blocks that are live then are left out
 *     -b        then free what is still live: these operations come on top of N
 *     -p NAME   of all programs that the command starts, record the first one called NAME;
 *               else the command itself is recorded
 *     -a TEXT   the first comment of the trace: package, version, what it did; no paths
 *
 * Needed is a dynamically linked program. Threads are recorded, child processes are not.
 * Exit status: 0 when there is a trace, however the program ended; 2 otherwise, with one
 * sentence on stderr.
 */
#include "convert.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What -f and -m may add up to: 2^22 operations, for which the log has 2^28 bytes. */
#define OPERATIONS_MAX (UINT64_C(1) << 22)

/* Descriptors above those that programs count on. */
#define HIGH_DESCRIPTOR 200

struct options {
    const char *trace, *program, *about;
    struct window window;
    char **command;
};

__attribute__((format(printf, 1, 2))) _Noreturn static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("record: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(2);
}

/* ---- options -------------------------------------------------------------------- */

static uint64_t number(char option, const char *text)
{
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end || errno || value > OPERATIONS_MAX)
        fail("expected a number up to %" PRIu64 " after -%c, found '%s'", OPERATIONS_MAX,
             option, text);
    return value;
}

/* One line, and nothing that looks like a path of this machine. */
static const char *comment(const char *text)
{
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            fail("expected one line of text after -a");
        if (*c == '/' && (c == text || !isalnum((unsigned char)c[-1])))
            fail("expected no path after -a: a trace says nothing about this machine");
    }
    return *text ? text : NULL;
}

static struct options read_options(int argc, char **argv)
{
    struct options o = {.program = "", .window.most = 150000};
    int option;
    while ((option = getopt(argc, argv, "+o:m:f:bp:a:")) != -1) {
        if (option == 'o')
            o.trace = optarg;
        else if (option == 'm')
            o.window.most = number('m', optarg);
        else if (option == 'f')
            o.window.from = number('f', optarg);
        else if (option == 'b')
            o.window.balance = true;
        else if (option == 'p')
            o.program = optarg;
        else if (option == 'a')
            o.about = comment(optarg);
        else
            exit(2); /* getopt has said why */
    }
    if (!o.trace || !argv[optind])
        fail("expected -o TRACE.rep and a command");
    if (o.window.from + o.window.most > OPERATIONS_MAX)
        fail("-f and -m together are more than %" PRIu64 " operations", OPERATIONS_MAX);
    o.command = argv + optind;
    return o;
}

/* ---- running the program -------------------------------------------------------- */

static int make_high(int fd)
{
    int high = fcntl(fd, F_DUPFD, HIGH_DESCRIPTOR);
    if (fd < 0 || high < 0)
        fail("cannot prepare the recording: %s", strerror(errno));
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
        fail("%s is missing; make record builds it", path);
    return make_high(fd);
}

/* A realloc takes two slots. Pages of the log that are not written take no memory. */
static struct log *make_log(const struct options *o, int *fd)
{
    uint64_t room = 2 * (o->window.from + o->window.most);
    size_t bytes = sizeof(struct log) + room * sizeof(struct event);
    *fd = make_high(memfd_create("log", 0));
    if (ftruncate(*fd, (off_t)bytes) != 0)
        fail("cannot make room for the recording: %s", strerror(errno));
    struct log *log = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (log == MAP_FAILED)
        fail("cannot make room for the recording: %s", strerror(errno));
    if (strlen(o->program) >= sizeof log->program)
        fail("the name of a program is too long: %s", o->program);
    strcpy(log->program, o->program);
    log->room = room;
    return log;
}

/* In LD_PRELOAD blanks and colons separate names, so the library is named by number. */
_Noreturn static void become(char **command, int log, int library)
{
    char text[64];
    snprintf(text, sizeof text, "%d", log);
    setenv(LOG_VARIABLE, text, 1);
    snprintf(text, sizeof text, "/proc/self/fd/%d", library);
    setenv("LD_PRELOAD", text, 1);
    execvp(command[0], command);
    fprintf(stderr, "record: cannot run %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

/* Returns how the program ended. An interrupt from the keyboard ends it, but not us. */
static int run(char **command, int log, int library)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        fail("cannot start a process: %s", strerror(errno));
    if (child == 0)
        become(command, log, library);
    signal(SIGINT, SIG_IGN);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* ---- the trace ------------------------------------------------------------------ */

static void save(const struct options *o, const struct trace *trace)
{
    FILE *out = fopen(o->trace, "w");
    if (!out)
        fail("cannot write %s: %s", o->trace, strerror(errno));
    write_trace(out, trace, o->about);
    bool bad = ferror(out);
    if (fclose(out) != 0 || bad)
        fail("cannot write all of %s", o->trace);
}

static void report(const struct options *o, const struct trace *trace,
                   const struct left_out *left_out, int status)
{
    fprintf(stderr, "record: %s: %zu operations on %" PRIu32 " blocks", o->trace, trace->count,
            trace->ids);
    if (left_out->refused)
        fprintf(stderr, "; left out: %zu requests answered by NULL", left_out->refused);
    if (left_out->older)
        fprintf(stderr, "; left out: %zu frees of older blocks", left_out->older);
    if (WIFSIGNALED(status))
        fprintf(stderr, "; the program ended by signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        fprintf(stderr, "; the program ended with status %d", WEXITSTATUS(status));
    fputc('\n', stderr);
}

int main(int argc, char **argv)
{
    struct options o = read_options(argc, argv);
    struct left_out left_out;
    int fd;
    struct log *log = make_log(&o, &fd);
    log->library = open_library();
    int status = run(o.command, fd, log->library);
    if (log->owner == 0)
        fail("nothing was recorded: %s is not there, is linked statically, or starts the real "
             "program as another (-p NAME)",
             *o.program ? o.program : o.command[0]);
    struct trace trace = convert(log, &o.window, &left_out);
    if (trace.count == 0)
        fail("nothing was recorded: the program called malloc less often than -f says");
    save(&o, &trace);
    report(&o, &trace, &left_out, status);
    trace_free(&trace);
    return 0;
}
