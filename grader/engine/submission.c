#include "submission.h"
#include "command.h"
#include "compile.h"
#include "file.h"
#include "macros.h"
#include "mm.h"
#include "object.h"
#include "process.h"
#include "say.h"
#include "source.h"
#include "tidy.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOURCE_BYTES ((size_t)1 << 20)
#define OBJECT_BYTES ((size_t)256 << 20)

static void join(char path[FILE_PATH], const char *folder, const char *name)
{
    snprintf(path, FILE_PATH, "%s/%s", folder, name);
}

/* Puts a copy of `source` as mm.c into a new folder below the kit, whose path it writes. */
static void set_apart(char folder[SUBMISSION_FOLDER], const char *kit, const char *source)
{
    char why[256], path[FILE_PATH];
    size_t bytes;
    char *text = file_read(source, SOURCE_BYTES, &bytes, why, sizeof why);
    if (!text)
        die("%s: the submission %s", source, why);
    int length = snprintf(folder, SUBMISSION_FOLDER, "%s/grade-XXXXXX", kit);
    if (length >= SUBMISSION_FOLDER || !mkdtemp(folder))
        die("%s: no folder can be made here: %s", kit, strerror(errno));
    tidy_later(folder);
    join(path, folder, "mm.c");
    FILE *out = fopen(path, "wx");
    if (!out || fwrite(text, 1, bytes, out) != bytes || fclose(out) != 0)
        die("%s: cannot be written: %s", path, strerror(errno));
    free(text);
}

void submission_hash(const char *path, char hash[65])
{
    char tool[] = "sha256sum", binary[] = "-b", dashes[] = "--", file[FILE_PATH];
    snprintf(file, sizeof file, "%s", path);
    char *argv[] = {tool, binary, dashes, file, NULL};
    struct command_result result =
        command_run(&(struct command){.argv = argv, .keep = 256, .seconds = 10});
    /* A name with a backslash or newline is announced by a leading backslash. */
    const char *digits = result.output + (result.output[0] == '\\');
    if (result.status != 0 || strspn(digits, "0123456789abcdef") != 64)
        die("sha256sum (package coreutils) cannot hash %s", path);
    memcpy(hash, digits, 64);
    hash[64] = '\0';
    free(result.output);
}

/* A finished runner is run from where it is. */
static void take_runner(struct submission *submission, const char *path)
{
    if (access(path, X_OK) != 0)
        die("%s: this runner cannot be run: %s", path, strerror(errno));
    snprintf(submission->runner, sizeof submission->runner, "%s", path);
    submission_hash(path, submission->sha256);
}

static void take_source(struct submission *submission, const struct settings *settings)
{
    char path[FILE_PATH];
    set_apart(submission->folder, settings->kit, settings->submission);
    join(submission->runner, submission->folder, "runner");
    join(path, submission->folder, "mm.c");
    submission_hash(path, submission->sha256);
}

void submission_take(struct submission *submission, const struct settings *settings)
{
    if (settings->runner)
        take_runner(submission, settings->submission);
    else
        take_source(submission, settings);
}

/* What a compiler made, an object or a program; to be freed. */
static char *read_made(const char *path, size_t *bytes)
{
    char why[256], *file = file_read_itself(path, OBJECT_BYTES, bytes, why, sizeof why);
    if (!file)
        die("%s: what was built %s", path, why);
    return file;
}

uint64_t submission_image_pages(const char *program)
{
    size_t bytes;
    char *file = read_made(program, &bytes);
    uint64_t pages = object_image_pages(file, bytes, (uint64_t)sysconf(_SC_PAGESIZE));
    free(file);
    return pages;
}

bool submission_needs_loader(const struct settings *settings)
{
    char empty[FILE_PATH];
    size_t bytes;
    snprintf(empty, sizeof empty, "%s/%s/empty", settings->kit, settings->profile->name);
    char *file = read_made(empty, &bytes);
    bool needs = object_has_interpreter(file, bytes);
    free(file);
    return needs;
}

uint64_t submission_excess(const struct submission *submission)
{
    uint64_t bytes = submission->static_bytes;
    return bytes > MM_STATIC_FREE ? bytes - MM_STATIC_FREE : 0;
}

void submission_report_macros(const struct submission *submission, struct findings *findings)
{
    enum { SHOWN = 10, EACH = 96 };
    struct macro found[SHOWN];
    char path[FILE_PATH], why[256], list[SHOWN * EACH + 1] = "";
    size_t bytes, used = 0;
    join(path, submission->folder, "mm.c");
    char *text = file_read(path, SOURCE_BYTES, &bytes, why, sizeof why);
    if (!text)
        die("%s: %s", path, why);
    size_t count = macros_find(text, bytes, found, SHOWN);
    free(text);
    for (size_t i = 0; i < count && i < SHOWN; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s (line %u)",
                                 i ? ", " : "", found[i].name, found[i].line);
    if (count)
        findings_add(findings, FINDING_MACROS, NULL, 0,
                     "mm.c defines %zu function-like macro%s: %s%s", count,
                     count == 1 ? "" : "s", list, count > SHOWN ? ", ..." : "");
}

/* Sources of memory other than the heap, and ways out of the runner. */
static const char *const forbidden[] = {
    "malloc",   "calloc",  "realloc",        "free",           "reallocarray",
    "memalign", "valloc",  "posix_memalign", "aligned_alloc",  "pvalloc",
    "strdup",   "strndup", "asprintf",       "vasprintf",      "getline",
    "mmap",     "mmap64",  "munmap",         "mremap",         "mprotect",
    "madvise",  "brk",     "sbrk",           "shmget",         "shmat",
    "fork",     "vfork",   "clone",          "pthread_create", "thrd_create",
    "execve",   "execv",   "execvp",         "execl",          "system",
    "popen",    "open",    "open64",         "openat",         "fopen",
    "fopen64",  "socket",  "ptrace",         "kill",           "syscall",
    "dlopen",   "dlsym",   "signal",         "sigaction",      "getenv",
    "opendir",  "creat",   "secure_getenv",  "memfd_create",   "process_vm_writev",
    NULL};

/* Where there is too much of it, what the kernel makes of that looks like a bad pointer. */
static void report_static_data(const struct submission *submission, struct findings *findings)
{
    uint64_t excess = submission_excess(submission);
    bool fits = submission->static_bytes < PROCESS_PRIVATE - ((uint64_t)1 << 20);
    if (excess)
        findings_add(findings, FINDING_STATIC_DATA, NULL, 0,
                     "%" PRIu64 " bytes of writable static data: the %" PRIu64
                     " beyond the allowance of %d count as heap%s",
                     submission->static_bytes, excess, MM_STATIC_FREE,
                     fits ? "" : ", and a program with so much of it cannot start");
}

static bool report_forbidden(const char *path, const char *object, size_t bytes,
                             struct findings *findings)
{
    struct object_use use;
    char at[512];
    if (!object_find_use(object, bytes, forbidden, &use))
        return false;
    source_describe(path, use.section, use.offset, at, sizeof at);
    findings_add(findings, FINDING_FORBIDDEN, NULL, 0, "mm.c uses %s%s", use.symbol, at);
    return true;
}

/*
 * Whatever way it found into the program: the kernel would run it before our first code. Where
 * all programs have a loader, only the object tells.
 */
static bool has_interpreter(const struct settings *settings, const char *object, size_t bytes,
                            const char *program, size_t program_bytes)
{
    return object_has_interpreter(object, bytes) ||
           (object_has_interpreter(program, program_bytes) &&
            !submission_needs_loader(settings));
}

/* What object file and program show. Returns false when it may not be run. */
static bool inspect(struct submission *submission, const struct settings *settings,
                    struct findings *findings)
{
    char path[FILE_PATH];
    size_t bytes, program_bytes;
    join(path, submission->folder, "mm.o");
    char *object = read_made(path, &bytes);
    char *program = read_made(submission->runner, &program_bytes);
    bool stopped = true;
    if (!object_static_bytes(object, bytes, &submission->static_bytes))
        findings_add(
            findings, FINDING_FORBIDDEN, NULL, 0,
            "mm.c makes an object file that cannot be inspected, of too many sections");
    else if (has_interpreter(settings, object, bytes, program, program_bytes))
        findings_add(findings, FINDING_FORBIDDEN, NULL, 0,
                     "mm.c names an interpreter for the program it is linked into");
    else
        stopped = report_forbidden(path, object, bytes, findings);
    submission->static_bytes += object_joined_bytes(object, bytes, program, program_bytes);
    free(object);
    free(program);
    report_static_data(submission, findings);
    return !stopped;
}

/* A compiler that does not even make a runner of the empty allocator tells nothing of mm.c. */
static void demand_compiler(const struct compile_rules *rules, const struct settings *settings)
{
    char folder[SUBMISSION_FOLDER], empty[FILE_PATH];
    struct findings findings = {0};
    join(empty, settings->engine, "empty.c");
    set_apart(folder, settings->kit, empty);
    if (compile_submission(rules, folder, &findings))
        return;
    const char *said = strchr(findings.items[findings.count - 1].message, '\n');
    said = said ? said + 1 : "";
    die("'%s' cannot compile anything here, and nothing was graded: %.*s", rules->compiler,
        (int)strcspn(said, "\n"), said);
}

bool submission_build(struct submission *submission, const struct settings *settings,
                      const char *version, struct findings *findings)
{
    if (settings->runner)
        return true;
    const struct compile_rules rules = {.compiler = settings->compiler,
                                        .flags = settings->flags,
                                        .link = settings->link,
                                        .clang = strstr(version, "clang") != NULL,
                                        .classic = settings->profile->classic};
    if (!compile_submission(&rules, submission->folder, findings)) {
        demand_compiler(&rules, settings);
        return false;
    }
    if (!inspect(submission, settings, findings))
        return false;
    submission->image_pages = submission_image_pages(submission->runner);
    return true;
}
