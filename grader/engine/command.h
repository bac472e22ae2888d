/* command.h - runs a helper program (compiler, sha256sum, addr2line) within bounds. */
#ifndef COMMAND_H
#define COMMAND_H

#include "filter.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A program that runs as somebody else, somewhere else; needs root. */
struct command_confinement {
    const char *root;            /* its root folder */
    uid_t user;                  /* its user and group number, nobody else's */
    const struct filter *filter; /* the system calls that it may make */
};

struct command {
    char *const *argv;     /* the program, looked up on PATH, and its arguments */
    const char *directory; /* where it runs (within its root); NULL: where we are */
    const struct command_confinement *confinement; /* NULL: it runs as we do */
    size_t keep;      /* bytes of its output to keep; the rest is thrown away */
    unsigned seconds; /* of wall time, and of running time for each process */
    uint64_t memory;  /* bytes of address space for each process; 0: no limit */
};

struct command_result {
    char *output;   /* stdout and stderr together, NUL-terminated; free() it */
    size_t bytes;   /* of output, at most `keep` */
    int status;     /* exit status; 128 + n after signal n; 127 when it did not start */
    bool timed_out; /* it was killed, with every process of its group */
};

/*
 * Runs it, with empty standard input, to its end or until time is up; what it started ends with
 * it. A flood of output costs only time. Ends our program when no process can be had.
 */
struct command_result command_run(const struct command *command);

#endif
