/* dies.h - for unit tests of what ends the program: a step in a process of its own. */
#ifndef DIES_H
#define DIES_H

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CAME_BACK = 255 }; /* the status of a step that did not end the program */

/* Runs `step`, which must end the program with `status` and print a text that holds `words`. */
static inline void assert_ends(void (*step)(void *), void *context, int status,
                               const char *words)
{
    char said[4096];
    int found;
    FILE *heard = tmpfile();
    assert_non_null(heard);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fileno(heard), STDOUT_FILENO);
        dup2(fileno(heard), STDERR_FILENO);
        step(context);
        _exit(CAME_BACK);
    }
    assert_int_equal(waitpid(pid, &found, 0), pid);
    rewind(heard);
    said[fread(said, 1, sizeof said - 1, heard)] = '\0';
    fclose(heard);
    if (!WIFEXITED(found) || WEXITSTATUS(found) != status || !strstr(said, words))
        fail_msg("expected exit status %d and '%s', found 0x%x and '%s'", status, words,
                 (unsigned)found, said);
}

/* The same for die(): exit status 2. */
static inline void assert_dies(void (*step)(void *), void *context, const char *words)
{
    assert_ends(step, context, 2, words);
}

#endif
