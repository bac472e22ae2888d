#include "machine.h"
#include "command.h"
#include "words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

void machine_processor(char *text, size_t bytes)
{
    char line[512];
    struct utsname names;
    snprintf(text, bytes, "%s", uname(&names) == 0 ? names.machine : "unknown");
    FILE *in = fopen("/proc/cpuinfo", "re");
    while (in && fgets(line, sizeof line, in)) {
        const char *colon = strstr(line, ": ");
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(text, bytes, "%s", colon + 2);
        break;
    }
    if (in)
        fclose(in);
}

void machine_system(char *text, size_t bytes)
{
    struct utsname names;
    text[0] = '\0';
    if (uname(&names) == 0)
        snprintf(text, bytes, "%s %s %s", names.sysname, names.release, names.machine);
}

bool machine_compiler(const char *command, char *text, size_t bytes)
{
    struct words words = {0};
    words_add(&words, command);
    words_add(&words, "--version");
    struct command_result result =
        command_run(&(struct command){.argv = words.argv, .keep = 4096, .seconds = 10});
    result.output[strcspn(result.output, "\n")] = '\0';
    snprintf(text, bytes, "%s", result.output);
    free(result.output);
    return result.status == 0;
}
