#include "sandbox.h"
#include "file.h"
#include "filter.h"
#include "say.h"
#include "tidy.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { OUTPUT_BYTES = 65536, ROOT_SECONDS = 300 };

/* The largest file that is taken out of a sandbox. */
#define MADE_BYTES ((size_t)256 << 20)

/* Where bubblewrap shows the kit's folders and the task's. */
#define KIT_ENGINE  "/kit/engine"
#define KIT_OBJECTS "/kit/objects"
#define KIT_WORK    "/submission"

/* User numbers that systemd, too, gives to processes for a while and to nobody for good. */
enum { FIRST_USER = 61184, LAST_USER = 65519 };

static struct {
    enum sandbox_kind kind;
    struct sandbox_tools tools;
    /* The rest is of SANDBOX_USER. */
    struct command_confinement confinement;
    struct filter filter;
    char stage[FILE_PATH], desk[FILE_PATH], root[FILE_PATH]; /* each within the next */
} sandbox;

enum sandbox_kind sandbox_kind(void)
{
    return sandbox.kind;
}

const char *sandbox_engine(void)
{
    return sandbox.kind == SANDBOX_NONE         ? sandbox.tools.engine
           : sandbox.kind == SANDBOX_NAMESPACES ? KIT_ENGINE
                                                : "engine";
}

const char *sandbox_objects(void)
{
    return sandbox.kind == SANDBOX_NONE         ? sandbox.tools.objects
           : sandbox.kind == SANDBOX_NAMESPACES ? KIT_OBJECTS
                                                : "objects";
}

static struct command_result run_words(const struct words *words)
{
    return command_run(
        &(struct command){.argv = words->argv, .keep = OUTPUT_BYTES, .seconds = ROOT_SECONDS});
}

static bool works(const struct words *words)
{
    struct command_result result = run_words(words);
    if (result.status != 0)
        note("%s: %s", words->argv[0], result.bytes ? result.output : "cannot be run");
    free(result.output);
    return result.status == 0;
}

/*
 * Is the compiler there that we have outside? One in /opt or in somebody's home is not, and
 * another one may have its name. `result` is what its --version gave; it is freed.
 */
static bool is_same_compiler(struct command_result result)
{
    result.output[strcspn(result.output, "\n")] = '\0';
    bool same = result.status == 0 && strcmp(result.output, sandbox.tools.version) == 0;
    if (!same)
        note("'%s' in the sandbox: %s", sandbox.tools.compiler,
             result.bytes ? result.output : "cannot be run");
    free(result.output);
    return same;
}

static void ask_version(struct words *words)
{
    words_add(words, sandbox.tools.compiler);
    words_add(words, "--version");
}

/* The first kind: namespaces */

/* Only what is linked: the reference's program lies beside it. */
static void show_object(struct words *words)
{
    words_add(words, "--ro-bind");
    words_join(words, sandbox.tools.objects, SANDBOX_OBJECT);
    words_join(words, KIT_OBJECTS, SANDBOX_OBJECT);
}

/*
 * Own namespaces for everything, no network, an empty root into which only system folders
 * are put. No /proc, no /home, no other student. "--" and the command follow.
 */
static void begin_namespaces(struct words *words)
{
    words_add(words, "bwrap --unshare-all --die-with-parent --new-session --clearenv "
                     "--setenv PATH /usr/local/bin:/usr/bin:/bin --setenv LC_ALL C "
                     "--setenv HOME /tmp " /* a ccache insists on one */
                     "--dev /dev --tmpfs /tmp --ro-bind /usr /usr");
    static const char *const system[] = {"/bin", "/lib", "/lib64", "/etc/alternatives"};
    for (size_t i = 0; i < sizeof system / sizeof *system; i++) {
        words_add(words, "--ro-bind-try");
        words_add(words, system[i]);
        words_add(words, system[i]);
    }
}

static bool namespaces_work(void)
{
    struct words words = {0};
    begin_namespaces(&words);
    words_add(&words, "--");
    ask_version(&words);
    return is_same_compiler(run_words(&words));
}

static void enter_namespaces(struct words *words, const struct sandbox_task *task)
{
    begin_namespaces(words);
    show_object(words);
    words_add(words, "--ro-bind");
    words_join(words, sandbox.tools.engine, "");
    words_add(words, task->out ? KIT_ENGINE " --bind" : KIT_ENGINE " --ro-bind");
    words_join(words, task->folder, "");
    words_add(words, KIT_WORK " --chdir " KIT_WORK " --");
}

/* The second kind: another user in another root folder */

/*
 * A user number that nobody on this machine computes with: whoever has the address of that
 * number has the number, and the kernel takes the address back at the end of the process.
 */
static bool take_user(void)
{
    int lock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (uid_t user = FIRST_USER; lock >= 0 && user <= LAST_USER; user++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX}; /* a leading NUL: no file */
        int length =
            snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "brklab-user-%u", user);
        socklen_t bytes =
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) + (socklen_t)length;
        if (bind(lock, (struct sockaddr *)&address, bytes) != 0)
            continue;
        sandbox.confinement.user = user;
        return true;
    }
    return false;
}

static bool join(char path[FILE_PATH], const char *folder, const char *name)
{
    return snprintf(path, FILE_PATH, "%s%s", folder, name) < FILE_PATH;
}

/* The last line of what toolroot.sh says is the root folder's name. */
static bool take_root(char *said)
{
    char *end = strrchr(said, '\n');
    if (!end)
        return false;
    *end = '\0';
    char *line = strrchr(said, '\n');
    line = line ? line + 1 : said;
    return *line == '/' && join(sandbox.root, line, "") &&
           join(sandbox.desk, line, "/desks/grade-XXXXXX");
}

/* Has toolroot.sh make the root folder, if it is not there yet. */
static bool make_root(void)
{
    struct words words = {0};
    const struct sandbox_tools *tools = &sandbox.tools;
    words_add(&words, "sh");
    words_join(&words, tools->engine, "/toolroot.sh");
    words_join(&words, tools->kit, "");
    words_join(&words, tools->compiler, "");
    words_join(&words, tools->flags, "");
    words_join(&words, tools->link, "");
    struct command_result result = run_words(&words);
    bool made = result.status == 0 && take_root(result.output);
    if (!made)
        note("no root folder for the toolchain: %s", result.output);
    free(result.output);
    return made;
}

/* Where stages are set up: the tool's user can enter it and neither list nor change it. */
static bool make_desk(void)
{
    if (!mkdtemp(sandbox.desk) || chmod(sandbox.desk, 0711) != 0)
        return false;
    tidy_later(sandbox.desk);
    return join(sandbox.stage, sandbox.desk, "/stage");
}

static bool is_confined_by_user(void)
{
    struct words words = {0};
    ask_version(&words);
    const struct command command = {.argv = words.argv,
                                    .confinement = &sandbox.confinement,
                                    .keep = OUTPUT_BYTES,
                                    .seconds = ROOT_SECONDS};
    return is_same_compiler(command_run(&command));
}

static bool user_works(void)
{
    sandbox.confinement.root = sandbox.root;
    sandbox.confinement.filter = &sandbox.filter;
    return geteuid() == 0 && filter_make_tool(&sandbox.filter) && take_user() && make_root() &&
           make_desk() && is_confined_by_user();
}

/* FROMNAME to STAGEPLACE. */
static bool copy_in(const char *from, const char *name, const char *place)
{
    struct words words = {0};
    words_add(&words, "cp -rL --");
    words_join(&words, from, name);
    words_join(&words, sandbox.stage, place);
    return works(&words);
}

static bool clear_stage(void)
{
    struct words words = {0};
    words_add(&words, "rm -rf --");
    words_join(&words, sandbox.stage, "");
    return works(&words);
}

static bool give_stage(void)
{
    char owner[32];
    struct words words = {0};
    snprintf(owner, sizeof owner, "%u:%u", sandbox.confinement.user, sandbox.confinement.user);
    words_add(&words, "chown -R --");
    words_add(&words, owner);
    words_join(&words, sandbox.stage, "");
    return works(&words);
}

/*
 * A folder of the tool's user with copies of all that the task needs: whatever becomes of
 * them is the tool's own affair.
 */
static bool set_stage(const struct sandbox_task *task)
{
    char objects[FILE_PATH], folder[FILE_PATH];
    return clear_stage() && mkdir(sandbox.stage, 0700) == 0 &&
           join(objects, sandbox.stage, "/objects") && mkdir(objects, 0700) == 0 &&
           join(folder, task->folder, "/") && copy_in(folder, task->in, "") &&
           copy_in(sandbox.tools.engine, "", "/engine") &&
           copy_in(sandbox.tools.objects, SANDBOX_OBJECT, "/objects") && give_stage();
}

/* Nothing but a plain file comes out: no link, no pipe, nothing that is being changed. */
static void take_out(const struct sandbox_task *task)
{
    char from[FILE_PATH], to[FILE_PATH], why[256], name[256];
    size_t bytes;
    snprintf(name, sizeof name, "/%s", task->out);
    if (!join(from, sandbox.stage, name) || !join(to, task->folder, name))
        return;
    char *text = file_read_itself(from, MADE_BYTES, &bytes, why, sizeof why);
    if (!text)
        return; /* the tool failed, and its messages say so */
    int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0755);
    if (fd < 0 || !file_write(fd, text, bytes) || close(fd) != 0)
        die("%s: cannot be written: %s", to, strerror(errno));
    free(text);
}

static struct command_result run_as_user(const struct sandbox_task *task)
{
    if (!set_stage(task))
        die("%s: the compiler's folder cannot be set up; see make grade V=1", sandbox.stage);
    const struct command command = {.argv = task->command->argv,
                                    .directory = sandbox.stage + strlen(sandbox.root),
                                    .confinement = &sandbox.confinement,
                                    .keep = OUTPUT_BYTES,
                                    .seconds = task->seconds,
                                    .memory = task->memory};
    struct command_result result = command_run(&command);
    if (task->out)
        take_out(task);
    clear_stage();
    return result;
}

void sandbox_open(const struct sandbox_tools *tools, enum sandbox_kind best)
{
    sandbox.tools = *tools;
    if (best >= SANDBOX_NAMESPACES && namespaces_work())
        sandbox.kind = SANDBOX_NAMESPACES;
    else if (best >= SANDBOX_USER && user_works())
        sandbox.kind = SANDBOX_USER;
}

bool sandbox_works(void)
{
    return sandbox.kind != SANDBOX_NAMESPACES || namespaces_work();
}

struct command_result sandbox_run(const struct sandbox_task *task)
{
    struct words words = {0};
    if (sandbox.kind == SANDBOX_USER)
        return run_as_user(task);
    if (sandbox.kind == SANDBOX_NAMESPACES)
        enter_namespaces(&words, task);
    words_append(&words, task->command->argv);
    const struct command command = {.argv = words.argv,
                                    .directory = task->folder,
                                    .keep = OUTPUT_BYTES,
                                    .seconds = task->seconds,
                                    .memory = task->memory};
    return command_run(&command);
}
