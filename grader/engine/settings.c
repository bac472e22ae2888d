#include "settings.h"
#include "channel.h"
#include "number.h"
#include "say.h"
#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The classic heap lies where pointers fit into 4 bytes; a position-independent runner and
 * its own break are far above it. The modern one is far from everything else.
 */
static const struct profile profiles[] = {
    {"modern", 16, (uint64_t)1 << 45, (uint64_t)1 << 44, (uint64_t)1 << 36, false},
    {"classic", 8, 0x10000000, (uint64_t)1 << 30, (uint64_t)1 << 30, true},
};

static const char usage[] =
    "usage: mdriver --kit FOLDER --engine FOLDER --submission FILE --policy FILE\n"
    "               [--profile modern|classic] [--json FILE] [--checkheap] [--official]\n"
    "               [--fuzz] [--metric time|instructions] [--window OPERATIONS]\n"
    "               [--verbose] [--cc COMMAND] [--flags FLAGS] [--link FLAGS] TRACE...\n"
    "grades FILE on each TRACE, a .rep file or a folder of them; `make grade` calls it.\n"
    "  --events FILE  instead of a grade: check FILE on one TRACE, and write how its heap\n"
    "                 looked after each operation; `make viz` calls it.\n"
    "  --confine all|user|none  the best sandbox for the compiler: namespaces, another user,\n"
    "                 or none, and then no system call filter either (to see the cost).\n"
    "  --runner PROGRAM  in the place of --submission: a runner that staff has built and\n"
    "                 trusts; no system call filter, no charge for static data, never "
    "official.\n"
    "  --emulator PROGRAM  runs the runners, which are made for another processor: "
    "qemu-aarch64.\n"
    "                 No filter, no charge for private memory, no culprits, never official.\n"
    "  --history FILE  say what changed since the last grade in FILE, and add this one;\n"
    "                 never with --official.\n"
    "  --checker      instead of a grade: damage heaps and see what mm_checkheap notices;\n"
    "                 --seed NUMBER chooses the damages, --damages their number;\n"
    "                 `make checker` calls it.\n"
    "  --shrink FILE  instead of a grade: write to FILE the shortest trace on which the\n"
    "                 finding of one TRACE still shows; `make shrink` calls it.\n";

/* Most options set one field, to their value or to true: they are told apart by where it is. */
enum { TEXT = 1 << 12, TRUTH = 1 << 13 };
#define FIELD(name) (int)offsetof(struct settings, name)

/* The others. */
enum {
    KIT = 1,
    ENGINE,
    SUBMISSION,
    RUNNER,
    PROFILE,
    CONFINE,
    WINDOW,
    METRIC,
    VERBOSE,
    SEED,
    DAMAGES,
    HELP
};

static const struct option options[] = {{"kit", 1, NULL, KIT},
                                        {"engine", 1, NULL, ENGINE},
                                        {"submission", 1, NULL, SUBMISSION},
                                        {"runner", 1, NULL, RUNNER},
                                        {"policy", 1, NULL, TEXT + FIELD(policy)},
                                        {"profile", 1, NULL, PROFILE},
                                        {"json", 1, NULL, TEXT + FIELD(record)},
                                        {"checkheap", 0, NULL, TRUTH + FIELD(checkheap)},
                                        {"fuzz", 0, NULL, TRUTH + FIELD(fuzz)},
                                        {"official", 0, NULL, TRUTH + FIELD(official)},
                                        {"confine", 1, NULL, CONFINE},
                                        {"cc", 1, NULL, TEXT + FIELD(compiler)},
                                        {"flags", 1, NULL, TEXT + FIELD(flags)},
                                        {"link", 1, NULL, TEXT + FIELD(link)},
                                        {"window", 1, NULL, WINDOW},
                                        {"metric", 1, NULL, METRIC},
                                        {"emulator", 1, NULL, TEXT + FIELD(emulator)},
                                        {"verbose", 0, NULL, VERBOSE},
                                        {"events", 1, NULL, TEXT + FIELD(events)},
                                        {"checker", 0, NULL, TRUTH + FIELD(checker)},
                                        {"seed", 1, NULL, SEED},
                                        {"damages", 1, NULL, DAMAGES},
                                        {"history", 1, NULL, TEXT + FIELD(history)},
                                        {"shrink", 1, NULL, TEXT + FIELD(shrink)},
                                        {"help", 0, NULL, HELP},
                                        {NULL, 0, NULL, 0}};

const struct profile *settings_profile(const char *name)
{
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    die("PROFILE is modern or classic, not '%s'", name);
}

/* The best sandbox that is asked for by name. */
static enum sandbox_kind find_sandbox(const char *name)
{
    static const char *const names[] = {
        [SANDBOX_NONE] = "none", [SANDBOX_USER] = "user", [SANDBOX_NAMESPACES] = "all"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (enum sandbox_kind)i;
    die("--confine is all, user or none, not '%s'", name);
}

static char *absolute(const char *path, const char *what)
{
    char *full = realpath(path, NULL);
    if (!full)
        die("%s: %s cannot be found: %s", path, what, strerror(errno));
    return full;
}

static unsigned read_window(const char *text)
{
    uint64_t window;
    if (!number_read(text, CHANNEL_WINDOW, &window) || window < 64)
        die("--window is a number of operations from 64 to %d, not '%s'", CHANNEL_WINDOW, text);
    return (unsigned)window;
}

static void set_field(struct settings *s, int option, const char *value)
{
    if (option >= TRUTH) {
        *(bool *)((char *)s + (option - TRUTH)) = true;
    } else if (option >= TEXT) {
        *(const char **)(void *)((char *)s + (option - TEXT)) = value;
    } else { /* getopt has said why */
        fputs(usage, stderr);
        exit(2);
    }
}

static void take(struct settings *s, int option, char *value)
{
    switch (option) {
    case KIT:
        s->kit = absolute(value, "the built kit");
        break;
    case ENGINE:
        s->engine = absolute(value, "the engine's folder");
        break;
    case SUBMISSION:
    case RUNNER:
        s->submission = value;
        s->runner = option == RUNNER;
        break;
    case PROFILE:
        s->profile = settings_profile(value);
        break;
    case CONFINE:
        s->sandbox = find_sandbox(value);
        break;
    case METRIC:
        if (strcmp(value, "time") != 0 && strcmp(value, "instructions") != 0)
            die("METRIC is time or instructions, not '%s'", value);
        s->metric = value;
        break;
    case WINDOW:
        s->window = read_window(value);
        break;
    case VERBOSE:
        say_verbose(true);
        break;
    case SEED:
        s->seed = number_must_read("SEED", value, UINT64_MAX);
        break;
    case DAMAGES:
        s->damages = number_must_read("DAMAGES", value, UINT64_MAX);
        break;
    case HELP:
        fputs(usage, stdout);
        exit(0);
    default:
        set_field(s, option, value);
    }
}

void settings_read(struct settings *settings, int argc, char **argv)
{
    *settings = (struct settings){.compiler = "cc",
                                  .flags = "-O2",
                                  .link = "",
                                  .seed = 1,
                                  .profile = settings_profile("modern"),
                                  .sandbox = SANDBOX_NAMESPACES,
                                  .window = CHANNEL_WINDOW / 2};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        take(settings, option, optarg);
    settings->traces = argv + optind;
    if (!settings->kit || !settings->engine || !settings->submission || !settings->policy ||
        !settings->traces[0])
        die("something is missing; `mdriver --help` shows how to call it");
    if (settings->runner && settings->official)
        die("--runner is never official: its program was not made from a submission here");
    if (settings->emulator && settings->official)
        die("OFFICIAL=1 needs a machine of the compiler's own processor, not %s: an emulator "
            "has no system call filters, and its speed is not the program's",
            settings->emulator);
    if ((settings->checkheap || settings->checker) && settings->profile->classic)
        die("%s is for PROFILE=modern only: heap checkers of the classic shape "
            "differ too much",
            settings->checker ? "make checker" : "CHECKHEAP=1");
    if (settings->events && settings->traces[1])
        die("the heap is drawn for one trace at a time; name one");
    if (settings->shrink && settings->traces[1])
        die("one trace is shrunk at a time; name one");
}
