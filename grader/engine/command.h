/* command.h - runs a helper program (compiler, sha256sum, addr2line) within bounds. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

struct command_result {
    char *output;  /* stdout and stderr together, NUL-terminated; free() it */
    size_t bytes;  /* of output, at most the limit asked for */
    int status;    /* exit status; 128 + n after signal n; 127 when it did not start */
    int timed_out; /* it was killed, with every process of its group, after `seconds` */
};

/*
 * Runs `argv` (looked up on PATH) in the folder `directory` (NULL: ours), with empty
 * standard input. Keeps at most `limit` bytes
 * of what it writes and throws the rest away, so a flood costs only time.
 */
struct command_result command_run(char *const argv[], const char *directory, size_t limit,
                                  unsigned seconds);

#endif
