/*
 * mdriver - the referee: grades one submission.
 *
 * Theory of operation. mdriver never links student code. It copies the submission into a
 * folder of its own, has the compiler make a *runner* of it (runner.c), and starts one
 * runner per trace and run, joined to it by three areas of shared memory: the heap, the
 * orders and the replies (process.c, channel.h).
 *
 *     mm.c --compile--> runner <==heap, orders, replies==> mdriver ---> record, report
 *                                                            ^
 *                                traces, policy, reference --+
 *
 * First every trace has its checked run: operation by operation, each pointer and each
 * byte judged (trial.c, run.c, judge.c). Then the valid and scored ones have a timed run beside
 * the reference solution (contest.c, race.c, timed.c). marks.c and score.c make points of it,
 * advice.c adds what to type next, record.c makes a JSON document, and report.c a page for
 * people. What these steps share is in job.h. Nothing that a runner says is used before it is
 * checked, and no process that runs student code knows the score.
 *
 * Exit status: 0 graded and clean, 1 graded with findings, 2 our own fault: bad options, a
 * damaged trace, no compiler. In that case there is no grade, and never a zero.
 */
#include "advice.h"
#include "advisor.h"
#include "clock.h"
#include "contest.h"
#include "history.h"
#include "input.h"
#include "inspection.h"
#include "job.h"
#include "machine.h"
#include "marks.h"
#include "orphans.h"
#include "output.h"
#include "progress.h"
#include "protection.h"
#include "record.h"
#include "report.h"
#include "sandbox.h"
#include "say.h"
#include "trial.h"
#include "variation.h"
#include "yardstick.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void run(struct job *job)
{
    double begun = clock_seconds();
    trial_check_all(job);
    variation_check_all(job);
    trial_check_mixes(job);
    if (job->settings.profile->classic)
        advisor_ask(&job->rules, job->submission.runner, &job->grade.findings);
    job->grade.seconds.checked = clock_seconds() - begun;
    output_read(&job->grade, job->rules.output);
    if (job->grade.policy.checker > 0)
        trial_grade_checker(job);
    begun = clock_seconds();
    contest_run(job);
    job->grade.seconds.timed = clock_seconds() - begun;
    progress_end();
}

static void describe_job(struct job *job)
{
    struct grade *grade = &job->grade;
    grade->submission = job->settings.submission;
    grade->profile = job->settings.profile->name;
    grade->official = job->settings.official;
    memcpy(grade->sha256, job->submission.sha256, sizeof grade->sha256);
    grade->static_bytes = job->submission.static_bytes;
    protection_list(job);
    static const char *const sandboxes[] = {[SANDBOX_NONE] = "none",
                                            [SANDBOX_NAMESPACES] = "namespaces",
                                            [SANDBOX_USER] = "another user"};
    grade->kit.sandbox = sandboxes[sandbox_kind()];
    grade->kit.version = KIT_VERSION;
    grade->kit.emulator = job->settings.emulator;
    grade->kit.flags = job->settings.flags;
    grade->kit.heap_room = job->rules.heap_room;
    machine_processor(grade->kit.machine, sizeof grade->kit.machine);
    machine_system(grade->kit.system, sizeof grade->kit.system);
}

/* Ours and the compiler's. The limit of now is raised; the one above it is somebody's will. */
static void demand_stack(void)
{
    const rlim_t enough = (rlim_t)8 << 20, least = (rlim_t)1 << 20;
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    if (limit.rlim_max < least)
        die("a stack may have no more than %llu KiB here (ulimit -H -s), and %llu are needed",
            (unsigned long long)(limit.rlim_max >> 10), (unsigned long long)(least >> 10));
    if (limit.rlim_cur >= enough)
        return;
    limit.rlim_cur = limit.rlim_max < enough ? limit.rlim_max : enough;
    setrlimit(RLIMIT_STACK, &limit);
}

/*
 * What somebody left to us when we were started must not reach those that we start, nor keep
 * us from hearing of them: signals that are blocked, children whose end is not told, open
 * files (as many as a process may have, mostly), a library that is preloaded (if it is missing,
 * each of them begins by saying so). And where the first three are closed, no file of ours may
 * take their place.
 */
static void begin_afresh(void)
{
    enum { DESCRIPTORS = 1024 };
    demand_stack();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGCHLD, SIG_DFL);
    unsetenv("LD_PRELOAD");
    signal(SIGPIPE, SIG_IGN); /* `make grade | head` ends quietly, and in order */
    for (int fd = 0; fd >= 0 && fd <= STDERR_FILENO;)
        fd = open("/dev/null", O_RDWR);
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    orphans_adopt();
}

/* The exit status, once all that we said has arrived. Who hangs up early has seen enough. */
static int end(bool findings)
{
    if (fflush(stdout) != 0 && errno != EPIPE)
        die("the report could not be written: %s", strerror(errno));
    return findings ? 1 : 0;
}

int main(int argc, char **argv)
{
    static struct job job;
    begin_afresh();
    settings_read(&job.settings, argc, argv);
    input_read_policy(&job);
    input_identify_reference(&job);
    yardstick_read(&job);
    input_choose_metric(&job);
    input_read_traces(&job);
    if (job.grade.policy.checker > 0 && job.settings.profile->classic)
        die("%s gives points for the heap checker, which is called with PROFILE=modern only",
            job.settings.policy);
    input_add_mixes(&job);
    protection_make_rules(&job);
    input_find_compiler(&job);
    if (!job.settings.runner)
        protection_open_sandbox(&job);
    submission_take(&job.submission, &job.settings);
    if (job.settings.official)
        protection_demand(&job);
    double begun = clock_seconds();
    job.grade.built = submission_build(&job.submission, &job.settings, job.grade.kit.compiler,
                                       &job.grade.findings);
    job.grade.seconds.compile = clock_seconds() - begun;
    if (job.grade.policy.advice_macros > 0 && !job.settings.runner)
        submission_report_macros(&job.submission, &job.grade.findings);
    if (job.settings.events || job.settings.checker || job.settings.shrink)
        return end(inspection_run(&job) > 0);
    if (job.grade.built)
        run(&job);
    describe_job(&job);
    marks_compute(&job.grade);
    size_t findings = advice_add(&job);
    if (job.settings.record)
        record_save(&job.grade, job.settings.record);
    report_print(&job.grade, stdout, say_can_colour(STDOUT_FILENO));
    if (job.settings.history && job.grade.built && !job.settings.official)
        history_update(job.settings.history, &job.grade, stdout);
    return end(findings > 0);
}
