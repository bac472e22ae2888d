#include "compile.h"
#include "sandbox.h"
#include "say.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

enum { COMPILE_SECONDS = 20, QUOTED_BYTES = 3000, ATTEMPTS = 3 };

/* Address space for each process of the compiler: macros may explode. */
#define COMPILE_MEMORY ((uint64_t)2 << 30)

/* A runner has a megabyte; with less than this, what is written may not have arrived. */
#define LEAST_ROOM ((uint64_t)4 << 20)

/*
 * Old habits that compilers of today refuse by themselves; the classic lab's students were
 * never told of them. An inline function that is not static is there for the linker as well.
 * clang takes `index` for a function of the C library even where no header declares it.
 */
#define CLASSIC_PATIENCE                                                                       \
    "-w -fpermissive -Wno-implicit-function-declaration -Wno-implicit-int "                    \
    "-Wno-int-conversion -Wno-incompatible-pointer-types -Wno-return-type -fgnu89-inline "     \
    "-fno-builtin-index"

/* What classic/mm.h is to be, in the order in which they are tried; see there. */
static const char *const classic_manners[] = {"", "-DCLASSIC_NEWER", "-DCLASSIC_OLDER"};
enum { MANNERS = sizeof classic_manners / sizeof *classic_manners };

/*
 * The same source is the same program, whenever it is compiled: who decides by the clock shall
 * not have the compiler's either.
 */
static void stop_the_clock(struct words *words)
{
    words_add(words, "-Wno-builtin-macro-redefined");
    words_join(words, "-D__DATE__=", "\"Jan  1 1970\"");
    words_join(words, "-D__TIME__=", "\"00:00:00\"");
    words_join(words, "-D__TIMESTAMP__=", "\"Thu Jan  1 00:00:00 1970\"");
}

static struct command_result compile(const struct compile_rules *rules, const char *folder,
                                     const char *manner)
{
    struct words words = {0};
    const char *engine = sandbox_engine();
    words_add(&words, rules->compiler);
    words_add(&words, rules->flags);
    if (!rules->clang) /* it stops at 20 errors by itself, and has another word for it */
        words_add(&words, "-fmax-errors=20");
    words_add(&words, rules->classic ? CLASSIC_PATIENCE : "-Wall -Wextra");
    words_add(&words, "-c -o mm.o");
    stop_the_clock(&words);
    if (rules->classic) { /* before the other headers of these names; above src is "../mm.h" */
        words_add(&words, "-I");
        words_join(&words, engine, "/classic/src");
        words_add(&words, "-I");
        words_join(&words, engine, "/classic");
    }
    words_join(&words, "-I", engine);
    if (rules->classic) {
        words_add(&words, "-include mm.c");
        words_join(&words, engine, "/classic/src/init.c");
        words_add(&words, "-DDRIVER");  /* the newer style names its functions by it */
        words_add(&words, "-gdwarf-4"); /* of 5, addr2line takes init.c for the included file */
        words_add(&words, manner);
    } else {
        words_add(&words, "mm.c");
    }
    return sandbox_run(&(struct sandbox_task){.command = &words,
                                              .folder = folder,
                                              .in = "mm.c",
                                              .out = "mm.o",
                                              .seconds = COMPILE_SECONDS,
                                              .memory = COMPILE_MEMORY});
}

static struct command_result link_runner(const struct compile_rules *rules, const char *folder)
{
    struct words words = {0};
    words_add(&words, rules->compiler);
    words_add(&words, rules->flags);
    words_add(&words, rules->link);
    /* Code that only the linker's plugin makes would not have been inspected. */
    words_add(&words, "-fno-lto -o runner mm.o");
    words_join(&words, sandbox_objects(), SANDBOX_OBJECT);
    words_add(&words, "-lm");
    return sandbox_run(&(struct sandbox_task){.command = &words,
                                              .folder = folder,
                                              .in = "mm.o",
                                              .out = "runner",
                                              .seconds = COMPILE_SECONDS,
                                              .memory = COMPILE_MEMORY});
}

/* Compiling, or linking. */
typedef struct command_result build_step(const struct compile_rules *rules, const char *folder);

static bool succeeded(const struct command_result *result)
{
    return result->status == 0 && !result->timed_out;
}

/* What the first try says is told, unless another succeeds. */
static struct command_result compile_somehow(const struct compile_rules *rules,
                                             const char *folder)
{
    struct command_result first = compile(rules, folder, classic_manners[0]);
    for (int i = 1; i < MANNERS && rules->classic && !succeeded(&first) && !first.timed_out;
         i++) {
        struct command_result next = compile(rules, folder, classic_manners[i]);
        bool better = succeeded(&next);
        free(better ? first.output : next.output);
        first = better ? next : first;
    }
    return first;
}

/*
 * What bubblewrap says when the kernel has no namespace for it, and compilers when one of their
 * parts was killed, or not started, for there were too many processes. A source can have the
 * same words printed.
 */
static bool says_fault(const struct command_result *result)
{
    return !succeeded(result) &&
           (strncmp(result->output, "bwrap: ", 7) == 0 ||
            strstr(result->output, ": fatal error: Killed signal terminated program") ||
            strstr(result->output, " terminated with signal 9 [Killed]") ||
            strstr(result->output, ": Resource temporarily unavailable"));
}

/* How many processes this machine has ended so far because its memory was short. */
static unsigned long long count_killed(void)
{
    char line[128];
    unsigned long long count = 0;
    FILE *in = fopen("/proc/vmstat", "re");
    while (in && fgets(line, sizeof line, in))
        if (sscanf(line, "oom_kill %llu", &count) == 1)
            break;
    if (in)
        fclose(in);
    return count;
}

/* Is there no room where the compiler writes? Then what it says tells nothing of mm.c. */
static bool is_full(const char *folder)
{
    struct statvfs disk;
    return statvfs(folder, &disk) == 0 && (disk.f_bavail * disk.f_frsize < LEAST_ROOM ||
                                           (disk.f_files > 0 && disk.f_favail == 0));
}

/*
 * Killed by somebody else, or by a kernel short of something: that tells nothing of mm.c. Our
 * own limits end a compiler by a message of its own, or by the clock. So words are not enough:
 * either the kernel confirms them, or another attempt goes well, or they are mm.c's own.
 */
static struct command_result insist(build_step *step, const struct compile_rules *rules,
                                    const char *folder, const char *what)
{
    for (int attempt = 1;; attempt++) {
        unsigned long long killed = count_killed();
        struct command_result result = step(rules, folder);
        if (result.timed_out) /* we killed it ourselves */
            return result;
        bool doubt = says_fault(&result);
        if (result.status == 128 + SIGKILL || (doubt && count_killed() != killed))
            die("%s: the compiler was killed from outside (is memory short?); nothing was "
                "graded",
                what);
        if (doubt && !sandbox_works())
            die("%s: the compiler's sandbox does not work any more; see make grade V=1", what);
        if (!succeeded(&result) && is_full(folder))
            die("%s: the disk is full: %s; nothing was graded", what, folder);
        if (!doubt || attempt == ATTEMPTS)
            return result;
        free(result.output);
    }
}

static bool judge(struct findings *findings, const struct command_result *result,
                  const char *what)
{
    if (succeeded(result))
        return true;
    if (result->timed_out)
        findings_add(findings, FINDING_COMPILE, NULL, 0, "%s took more than %d seconds", what,
                     COMPILE_SECONDS);
    else
        findings_add(findings, FINDING_COMPILE, NULL, 0, "%s failed\n%.*s", what, QUOTED_BYTES,
                     result->output);
    return false;
}

bool compile_submission(const struct compile_rules *rules, const char *folder,
                        struct findings *findings)
{
    struct command_result result = insist(compile_somehow, rules, folder, "compiling mm.c");
    bool ok = judge(findings, &result, "compiling mm.c");
    if (ok && result.bytes)
        findings_add(findings, FINDING_WARNINGS, NULL, 0, "the compiler warns\n%.*s",
                     QUOTED_BYTES, result.output);
    free(result.output);
    if (!ok)
        return false;
    result = insist(link_runner, rules, folder, "linking mm.c");
    ok = judge(findings, &result, "linking mm.c");
    free(result.output);
    return ok;
}
