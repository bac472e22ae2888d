#include "tidy.h"
#include "file.h"
#include "say.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The command that removes them, made before it is needed: a signal handler may start a
 * program, and may not walk through folders. `rm` follows no link that it meets.
 */
enum { FOLDERS = 4, WORDS = 3 };
static char rm[] = "rm", recursive[] = "-rf", dashes[] = "--";
static char folders[FOLDERS][FILE_PATH];
static char *command[WORDS + FOLDERS + 1] = {rm, recursive, dashes};
static size_t count;
static pid_t owner;

static void remove_folders(void)
{
    if (getpid() != owner)
        return; /* a child that has not yet become another program */
    pid_t pid = fork();
    if (pid == 0) {
        execvp(command[0], command);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static void remove_and_end(int number)
{
    remove_folders();
    signal(number, SIG_DFL);
    raise(number);
}

/* What is ignored stays so: who starts us by nohup wants us to outlast the terminal. */
static void end_on(int number)
{
    if (signal(number, remove_and_end) == SIG_IGN)
        signal(number, SIG_IGN);
}

void tidy_later(const char *folder)
{
    size_t length = strlen(folder);
    if (count == FOLDERS || length >= sizeof folders[0])
        die("%s: cannot be tidied up later", folder);
    command[WORDS + count] = memcpy(folders[count], folder, length + 1);
    if (count++ > 0)
        return;
    owner = getpid();
    atexit(remove_folders);
    end_on(SIGINT);
    end_on(SIGTERM);
    end_on(SIGHUP);
}
