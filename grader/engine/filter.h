/*
 * filter.h - which system calls a runner may make: two seccomp filters, made once. And which
 * a tool may make, where that is needed.
 *
 * `start` is in force from before exec. It allows what the runner's first instructions need
 * (map the shared areas, close descriptors, set up fault handlers, install the second
 * filter) and the one exec itself. `run` is installed by those first instructions, before
 * any student code and before the C library; what remains is what the C library's start,
 * memlib and printing need. Everything else is SIGSYS, which ends the run with a finding.
 *
 * Why two: a program may name an interpreter that the kernel runs in its place (.interp),
 * before any instruction of ours. Under `start` it can open nothing and start nothing.
 */
#ifndef FILTER_H
#define FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILTER_LENGTH 256 /* instructions */

/* Of Linux 5.14; the C library's headers may be older than the kernel. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

struct filter {
    size_t length; /* 0: there is none */
    struct sock_filter code[FILTER_LENGTH];
};

/*
 * Makes both filters with libseccomp, for runners whose program lies above the address
 * `heap_end`; so do all whose heap ends there. Returns false, and leaves them as they are, when
 * this kit was built without it or the kernel has no such filters. Ends the program when
 * libseccomp fails: that is never silent.
 */
bool filter_make(struct filter *start, struct filter *run, uint64_t heap_end);

/*
 * Makes the filter of a tool that reads a student's files as another user (sandbox.h): all
 * but what reaches beyond its files and its own processes. False as above.
 */
bool filter_make_tool(struct filter *tool);

/* The name of a system call, "openat", for a message. */
void filter_call_name(uint64_t number, char *text, size_t bytes);

#endif
