#include "compile.h"
#include "command.h"
#include "say.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 96, COMPILE_SECONDS = 20, OUTPUT_BYTES = 65536, QUOTED_BYTES = 3000 };

/* Address space for each process of the compiler: macros may explode. */
#define COMPILE_MEMORY ((uint64_t)2 << 30)

/* Where the sandbox shows the kit's folders and the submission's. */
#define KIT_ENGINE  "/kit/engine"
#define KIT_OBJECTS "/kit/objects"
#define KIT_WORK    "/submission"

/* A command line under construction. Words point into `text` or elsewhere. */
struct line {
    char text[8192];
    size_t used;
    char *words[MAX_WORDS + 1];
    size_t count;
};

static void add_word(struct line *line, const char *word, size_t length)
{
    if (line->count == MAX_WORDS || line->used + length + 1 > sizeof line->text)
        die("the compiler's command line is too long; see CC and SUBMISSION_FLAGS in rules.mk");
    char *copy = line->text + line->used;
    memcpy(copy, word, length);
    copy[length] = '\0';
    line->used += length + 1;
    line->words[line->count++] = copy;
}

static void add_words(struct line *line, const char *words)
{
    while (*(words += strspn(words, " ")) != '\0') {
        size_t length = strcspn(words, " ");
        add_word(line, words, length);
        words += length;
    }
}

/* One argument, blanks and all, made of two parts. */
static void add_joined(struct line *line, const char *a, const char *b)
{
    char word[4096];
    int length = snprintf(word, sizeof word, "%s%s", a, b);
    if (length < 0 || (size_t)length >= sizeof word)
        die("a path is too long: %s%s", a, b);
    add_word(line, word, (size_t)length);
}

static const char *const objects[] = {"/entry.o", "/runner.o", "/memlib.o", "/channel.o", NULL};

/* Only what is linked: the reference's program lies beside it. */
static void add_objects(struct line *line, const struct compile_rules *rules)
{
    for (const char *const *name = objects; *name; name++) {
        add_words(line, "--ro-bind");
        add_joined(line, rules->objects, *name);
        add_joined(line, KIT_OBJECTS, *name);
    }
}

/*
 * The sandbox: own namespaces for everything, no network, an empty root into which only
 * system folders, the kit's headers and objects (read-only) and the work folder are put. No
 * /proc, no /home, no other student. The words "--" and the command follow.
 */
static void add_sandbox(struct line *line, const struct compile_rules *rules,
                        const char *folder)
{
    add_words(line, "bwrap --unshare-all --die-with-parent --new-session --clearenv "
                    "--setenv PATH /usr/local/bin:/usr/bin:/bin --setenv LC_ALL C "
                    "--dev /dev --tmpfs /tmp --ro-bind /usr /usr");
    static const char *const system[] = {"/bin", "/lib", "/lib64", "/etc/alternatives"};
    for (size_t i = 0; i < sizeof system / sizeof *system; i++) {
        add_words(line, "--ro-bind-try");
        add_words(line, system[i]);
        add_words(line, system[i]);
    }
    if (rules) {
        add_objects(line, rules);
        add_words(line, "--ro-bind");
        add_joined(line, rules->engine, "");
        add_words(line, KIT_ENGINE " --bind");
        add_joined(line, folder, "");
        add_words(line, KIT_WORK " --chdir " KIT_WORK);
    }
    add_words(line, "--");
}

bool compile_can_confine(void)
{
    struct line line = {0};
    add_sandbox(&line, NULL, NULL);
    add_words(&line, "true");
    struct command_result result =
        command_run(&(struct command){.argv = line.words, .keep = 1024, .seconds = 10});
    free(result.output);
    return result.status == 0;
}

static struct command_result run(struct line *line, const char *folder)
{
    const struct command command = {.argv = line->words,
                                    .directory = folder,
                                    .keep = OUTPUT_BYTES,
                                    .seconds = COMPILE_SECONDS,
                                    .memory = COMPILE_MEMORY};
    struct command_result result = command_run(&command);
    return result;
}

static struct command_result compile(const struct compile_rules *rules, const char *folder)
{
    struct line line = {0};
    const char *engine = rules->confined ? KIT_ENGINE : rules->engine;
    if (rules->confined)
        add_sandbox(&line, rules, folder);
    add_words(&line, rules->compiler);
    add_words(&line, rules->flags);
    add_words(&line, "-fmax-errors=20");
    add_words(&line, rules->classic ? "-w" : "-Wall -Wextra");
    add_words(&line, "-c -o mm.o");
    add_joined(&line, "-I", engine);
    if (rules->classic) {
        add_words(&line, "-include mm.c -iquote");
        add_joined(&line, engine, "/classic");
        add_joined(&line, engine, "/classic/glue.c");
    } else {
        add_words(&line, "mm.c");
    }
    return run(&line, folder);
}

static struct command_result link_runner(const struct compile_rules *rules, const char *folder)
{
    struct line line = {0};
    if (rules->confined)
        add_sandbox(&line, rules, folder);
    add_words(&line, rules->compiler);
    add_words(&line, rules->flags);
    add_words(&line, rules->link);
    add_words(&line, "-o runner mm.o");
    for (size_t i = 0; objects[i]; i++)
        add_joined(&line, rules->confined ? KIT_OBJECTS : rules->objects, objects[i]);
    return run(&line, folder);
}

static bool judge(struct findings *findings, const struct command_result *result,
                  const char *what)
{
    if (result->status == 0 && !result->timed_out)
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
    struct command_result result = compile(rules, folder);
    bool ok = judge(findings, &result, "compiling mm.c");
    if (ok && result.bytes)
        findings_add(findings, FINDING_WARNINGS, NULL, 0, "the compiler warns\n%.*s",
                     QUOTED_BYTES, result.output);
    free(result.output);
    if (!ok)
        return false;
    result = link_runner(rules, folder);
    ok = judge(findings, &result, "linking mm.c");
    free(result.output);
    return ok;
}
