#include "cores.h"
#include <sched.h>

/* A set of cores. A machine may have more of them than one cpu_set_t has bits. */
struct cores {
    cpu_set_t sets[8];
};

static struct {
    struct cores allowed; /* before we pinned ourselves */
    bool pinned;
} state;

static void use(pid_t pid, struct cores *cores)
{
    sched_setaffinity(pid, sizeof *cores, cores->sets);
}

size_t cores_count(void)
{
    struct cores ours = {0};
    sched_getaffinity(0, sizeof ours, ours.sets);
    int count = CPU_COUNT_S(sizeof ours, ours.sets);
    return count > 0 ? (size_t)count : 1;
}

void cores_take(size_t i)
{
    struct cores ours = {0}, one = {0};
    sched_getaffinity(0, sizeof ours, ours.sets);
    for (size_t core = 0; core < 8 * sizeof ours; core++)
        if (CPU_ISSET_S(core, sizeof ours, ours.sets) && i-- == 0)
            CPU_SET_S(core, sizeof one, one.sets);
    use(0, &one);
}

/* Our own core, from now on, as a set. */
static struct cores stay_here(void)
{
    struct cores here = {0};
    int core = sched_getcpu();
    if (!state.pinned)
        sched_getaffinity(0, sizeof state.allowed, state.allowed.sets);
    CPU_SET_S((size_t)(core < 0 ? 0 : core), sizeof here, here.sets);
    use(0, &here);
    state.pinned = true;
    return here;
}

bool cores_apart(pid_t other)
{
    struct cores here = stay_here(), rest;
    CPU_XOR_S(sizeof rest, rest.sets, state.allowed.sets, here.sets);
    if (CPU_COUNT_S(sizeof rest, rest.sets) == 0) {
        cores_release();
        return false;
    }
    use(other, &rest);
    return true;
}

void cores_together(pid_t other)
{
    struct cores here = stay_here();
    if (other)
        use(other, &here);
}

void cores_release(void)
{
    if (state.pinned)
        use(0, &state.allowed);
    state.pinned = false;
}
