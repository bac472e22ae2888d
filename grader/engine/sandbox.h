/*
 * sandbox.h - where tools that read a student's files run: compiler, linker, addr2line.
 *
 * They are large programs that were not written for hostile input, and a compiler includes
 * whatever file it is told to. So they see the toolchain, the kit's headers and objects, and
 * the files of their task, and nothing else of the machine.
 *
 * Two kinds of sandbox do that. The first is bubblewrap, which needs namespaces. Containers
 * often forbid them; there, if we are root, a tool runs as a user of its own (one that no
 * other process has), in a root folder that holds a copy of the toolchain (toolroot.sh),
 * under a system call filter. Without either the tools run as we do, within limits of time,
 * memory and output; that is good enough for one's own code.
 *
 * There is one sandbox in a program; until sandbox_open() there is none.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "command.h"
#include "words.h"
#include <stdbool.h>
#include <stdint.h>

/* From worst to best. */
enum sandbox_kind { SANDBOX_NONE, SANDBOX_USER, SANDBOX_NAMESPACES };

struct sandbox_tools {
    const char *kit, *engine, *objects; /* folders, absolute: what was built, mm.h, runner.o */
    const char *compiler, *flags, *link;
    const char *version; /* the compiler's, as machine_compiler() says it */
};

/* Finds the best kind up to `best` that works here. The strings of `tools` must live on. */
void sandbox_open(const struct sandbox_tools *tools, enum sandbox_kind best);

enum sandbox_kind sandbox_kind(void);

/* Does it work still? A machine may run out of namespaces. */
bool sandbox_works(void);

/* How a command in the sandbox names the folder of headers, and that of objects. */
const char *sandbox_engine(void);
const char *sandbox_objects(void);

/* The object, in that folder, that a submission's is linked with. */
#define SANDBOX_OBJECT "/runner.o"

struct sandbox_task {
    const struct words *command;
    const char *folder; /* where it runs, absolute */
    const char *in;     /* the file that it reads there */
    const char *out;    /* the file that it makes there, or NULL */
    unsigned seconds;
    uint64_t memory; /* bytes of address space */
};

/* Runs it. What it makes is a regular file of bounded size, or is not there. */
struct command_result sandbox_run(const struct sandbox_task *task);

#endif
