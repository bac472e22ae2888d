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
#include "../../engine/file.h"
#include "../../engine/number.h"
#include "../../engine/say.h"
#include "convert.h"
#include "program.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct options {
    const char *trace, *program, *about;
    struct window window;
    char **command;
};

/* ---- options -------------------------------------------------------------------- */

/* `option`: as it is called here and by make record. */
static uint64_t number(const char *option, uint64_t least, const char *text)
{
    uint64_t value;
    if (!number_read(text, PROGRAM_OPERATIONS, &value) || value < least)
        die("expected a number from %" PRIu64 " to %" PRIu64 " after %s, found '%s'", least,
            PROGRAM_OPERATIONS, option, text);
    return value;
}

/* One line, and nothing that looks like a path of this machine. */
static const char *comment(const char *text)
{
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            die("expected one line of text after -a");
        if (*c == '/' && (c == text || !isalnum((unsigned char)c[-1])))
            die("expected no path after -a: a trace says nothing about this machine");
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
            o.window.most = number("-m (MAX)", 1, optarg);
        else if (option == 'f')
            o.window.from = number("-f (FROM)", 0, optarg);
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
        die("expected -o TRACE.rep and a command");
    if (o.window.from + o.window.most > PROGRAM_OPERATIONS)
        die("-f and -m together are more than %" PRIu64 " operations", PROGRAM_OPERATIONS);
    o.command = argv + optind;
    return o;
}

/* ---- the trace ------------------------------------------------------------------ */

static void save(const struct options *o, const struct trace *trace)
{
    FILE *out = file_create(o->trace);
    if (o->about)
        fprintf(out, "# recorded from: %s\n", o->about);
    fputs("# Written by record: sizes and order of calls, nothing else.\n", out);
    trace_write(out, trace);
    file_finish(out, o->trace);
}

/* "; the program ended by signal 11", or nothing where all is well. */
static const char *how_it_ended(int status, char text[64])
{
    text[0] = '\0';
    if (WIFSIGNALED(status))
        snprintf(text, 64, "; the program ended by signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        snprintf(text, 64, "; the program ended with status %d", WEXITSTATUS(status));
    return text;
}

/* The program's name, because it may be the shell of a script that starts the real one. */
static void report(const struct options *o, const char *program, const struct trace *trace,
                   const struct left_out *left_out, int status)
{
    char ended[64];
    fprintf(stderr, "record: %s: %zu operations of %s on %" PRIu32 " blocks", o->trace,
            trace->count, program, trace->ids);
    if (left_out->refused)
        fprintf(stderr, "; left out: %zu requests answered by NULL", left_out->refused);
    if (left_out->older)
        fprintf(stderr, "; left out: %zu frees of older blocks", left_out->older);
    fprintf(stderr, "%s\n", how_it_ended(status, ended));
}

int main(int argc, char **argv)
{
    struct options o = read_options(argc, argv);
    struct left_out left_out;
    int status;
    const struct program program = {
        .command = o.command, .name = o.program, .operations = o.window.from + o.window.most};
    struct log *log = program_record(&program, &status);
    struct trace trace = convert(log, &o.window, &left_out);
    char ended[64];
    if (trace.count == 0)
        die(o.window.from ? "nothing was recorded: %s called malloc less often than -f says%s"
                          : "nothing was recorded: %s never called the C library's malloc; "
                            "perhaps it brings an allocator of its own%s",
            log->recorded, how_it_ended(status, ended));
    save(&o, &trace);
    report(&o, log->recorded, &trace, &left_out, status);
    trace_free(&trace);
    return 0;
}
