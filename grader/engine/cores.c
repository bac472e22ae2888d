#include "cores.h"
#include <sched.h>

/* A set of cores, of any size: a machine may have more of them than a cpu_set_t has bits. */
struct cores {
    _Alignas(cpu_set_t) unsigned char bits[1024];
};

static struct {
    struct cores allowed; /* before we pinned ourselves */
    bool pinned;
} state;

static cpu_set_t *as_set(struct cores *cores)
{
    return (cpu_set_t *)(void *)cores->bits;
}

static void use(pid_t pid, struct cores *cores)
{
    sched_setaffinity(pid, sizeof *cores, as_set(cores));
}

size_t cores_count(void)
{
    struct cores ours = {0};
    sched_getaffinity(0, sizeof ours, as_set(&ours));
    int count = CPU_COUNT_S(sizeof ours, as_set(&ours));
    return count > 0 ? (size_t)count : 1;
}

void cores_take(size_t i)
{
    struct cores ours = {0}, one = {0};
    sched_getaffinity(0, sizeof ours, as_set(&ours));
    for (size_t core = 0; core < 8 * sizeof ours; core++)
        if (CPU_ISSET_S(core, sizeof ours, as_set(&ours)) && i-- == 0)
            CPU_SET_S(core, sizeof one, as_set(&one));
    use(0, &one);
}

/* Our own core, from now on, as a set. */
static struct cores stay_here(void)
{
    struct cores here = {0};
    int core = sched_getcpu();
    if (!state.pinned)
        sched_getaffinity(0, sizeof state.allowed, as_set(&state.allowed));
    CPU_SET_S((size_t)(core < 0 ? 0 : core), sizeof here, as_set(&here));
    use(0, &here);
    state.pinned = true;
    return here;
}

bool cores_apart(pid_t other)
{
    struct cores here = stay_here(), rest;
    CPU_XOR_S(sizeof rest, as_set(&rest), as_set(&state.allowed), as_set(&here));
    if (CPU_COUNT_S(sizeof rest, as_set(&rest)) == 0) {
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
