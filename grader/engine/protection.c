#include "protection.h"
#include "file.h"
#include "filter.h"
#include "heap.h"
#include "output.h"
#include "sandbox.h"
#include "say.h"
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define MIB ((uint64_t)1 << 20)

/* An emulator may keep a record of every page that is mapped: this many take it a moment. */
#define EMULATED_ROOM ((uint64_t)1 << 32)
#define EMULATED_TIME 10 /* it is about so many times slower */

/* The heap's address space: as much as the profile wants, or what this machine gives. */
static uint64_t find_room(const struct profile *profile, bool emulated)
{
    if (emulated && profile->heap_room > EMULATED_ROOM)
        return EMULATED_ROOM;
    for (uint64_t room = profile->heap_room; room >= profile->least_room; room /= 2) {
        struct heap heap;
        if (!heap_open(&heap, room))
            continue;
        heap_close(&heap);
        return room;
    }
    die("this machine gives less than %llu MiB of address space; see `ulimit -v`",
        (unsigned long long)(profile->least_room / MIB));
}

/* A heap is a file in memory. Where files must be small, a giant request would end us. */
static void demand_files(uint64_t room)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    if (limit.rlim_max < room)
        die("files may have no more than %llu MiB here (ulimit -H -f), and heaps are files in "
            "memory; grade without that limit: Autolab's is VM_ULIMIT_FILE_SIZE in Tango's "
            "config.py, where 0 means none",
            (unsigned long long)(limit.rlim_max / MIB));
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* Did somebody ask for no protection? */
static bool is_trusted(const struct job *job)
{
    return job->settings.runner || job->settings.sandbox == SANDBOX_NONE;
}

void protection_make_rules(struct job *job)
{
    const struct policy *policy = &job->grade.policy;
    double slower = job->settings.emulator ? EMULATED_TIME : 1;
    job->rules = (struct process_rules){
        .heap_start = job->settings.profile->heap_start,
        .heap_room = find_room(job->settings.profile, job->settings.emulator),
        .emulator = job->settings.emulator,
        .resident_limit = (uint64_t)policy->resident_mib * MIB,
        .order_seconds = policy->operation_seconds * slower,
        .total_seconds = policy->trace_seconds * slower,
        .output = output_open()};
    demand_files(job->rules.heap_room);
    if (!is_trusted(job) && !job->settings.emulator && !submission_needs_loader(&job->settings))
        filter_make(&job->rules.start, &job->rules.run,
                    job->rules.heap_start + job->rules.heap_room);
}

void protection_open_sandbox(const struct job *job)
{
    static char objects[FILE_PATH];
    const struct settings *settings = &job->settings;
    snprintf(objects, sizeof objects, "%s/%s", settings->kit, settings->profile->name);
    sandbox_open(&(struct sandbox_tools){.kit = settings->kit,
                                         .engine = settings->engine,
                                         .objects = objects,
                                         .compiler = settings->compiler,
                                         .flags = settings->flags,
                                         .link = settings->link,
                                         .version = job->grade.kit.compiler},
                 settings->sandbox);
}

void protection_demand(const struct job *job)
{
    if (job->grade.yardstick)
        die("OFFICIAL=1 needs the reference itself, and %s names a yardstick",
            job->settings.policy);
    if (submission_needs_loader(&job->settings))
        die("OFFICIAL=1 needs a C library that can be linked statically: install it (Fedora: "
            "glibc-static), then make clean");
    if (job->rules.run.length == 0)
        die("OFFICIAL=1 needs system call filters: install libseccomp-dev (make deps), then "
            "make clean; the kernel must have CONFIG_SECCOMP_FILTER");
    if (sandbox_kind() == SANDBOX_NONE)
        die("OFFICIAL=1 needs a confined compiler: install bubblewrap (make deps) and allow "
            "user namespaces (sysctl kernel.unprivileged_userns_clone=1), or run it as root, "
            "with libseccomp-dev installed; and '%s' must lie below /usr; make grade V=1 says "
            "what fails",
            job->settings.compiler);
}

void protection_list(struct job *job)
{
    const char *missing = is_trusted(job) ? "off" : "not available";
    const char *filter = job->rules.run.length > 0 ? "on" : missing;
    const char *compiler = sandbox_kind() == SANDBOX_NONE ? missing : "on";
    const struct grade_protection list[] = {
        {"separate_process", "on"},
        {"sealed_orders", "on"},
        {"resource_limits", job->settings.emulator ? missing : "on"},
        {"system_call_filter", filter},
        {"confined_compiler", compiler}};
    _Static_assert(sizeof list == sizeof job->grade.protections, "one entry per layer");
    memcpy(job->grade.protections, list, sizeof list);
}
