/*
 * program.h - runs a program with the recorder inside it.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "log.h"

#include <stdbool.h>

/* The most that can be recorded: 2^22 operations. The log is sparse: unused room is free. */
#define PROGRAM_OPERATIONS (UINT64_C(1) << 22)

struct program {
    char **command;      /* and its arguments, ended by NULL */
    const char *name;    /* of all programs that it starts, record this one; "": itself */
    uint64_t operations; /* room for so many */
    bool callers;        /* note who calls, and what is mapped where */
};

/*
 * Runs the program to its end, however that comes, and returns its log, which stays mapped.
 * *status is as in waitpid(). Ends this program by die() when nothing was recorded.
 */
struct log *program_record(const struct program *program, int *status);

#endif
