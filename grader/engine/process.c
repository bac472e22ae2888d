/*
 * Theory of operation. Three files in memory join a runner to us: the heap, which both may
 * write; the orders, which after our own mapping are sealed against every other writable
 * one; the replies, sealed in size. How it is started, and with what, is in launch.h.
 *
 * In a checked run the two sides spin on two cores, which makes a hand-over as cheap as a
 * missed cache line. That needs two free cores and short operations. Where spinning fails
 * too often, because the machine is busy or the allocator slow, both sides are pinned to one
 * core and sleep instead: a switch there costs a few microseconds, a wake-up across
 * cores a hundred.
 *
 * A runner starts and ends on our core, whatever it does in between: it has it at once,
 * while on another it queues behind what happens to run there.
 *
 * While it works we wait (channel.h) and look up every few milliseconds: has it died, used
 * its time, eaten too much? Not more often than the kernel's clock ticks (4 ms, mostly): for a
 * wait that ends before the next tick a timer must be set and taken back, which in a virtual
 * machine is a third of a hand-over. Time is the process's own running time plus the time in
 * which we found it asleep, its answer given or not, so a busy machine cannot cause a timeout,
 * and a sleeping allocator can. Who looks up much later than it meant to was stopped itself,
 * and the runner with it, perhaps: a batch system suspends all of a job's processes.
 */
#include "process.h"
#include "clock.h"
#include "cores.h"
#include "launch.h"
#include "orphans.h"
#include "say.h"
#include "tracer.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPINS       20000   /* about a millisecond */
#define MISSES      8       /* so many in vain, and one in MISSES_RATE: */
#define MISSES_RATE 512     /* do not spin with this process any more, */
#define CALM        8       /* nor with so many that follow */
#define MEMORY      8192    /* turns; what was before them counts for less */
#define LOOK_UP_NS  5000000 /* while waiting, look after the runner this often */

/* As long as it takes a runner to start on a busy machine. */
#define REST_SECONDS 0.2

/* So much sleep, at most, is seen at one look. */
#define LONGEST_SLEEP (10 * LOOK_UP_NS * 1e-9)

/* A shared area that the other side can neither resize nor, if `sealed`, map writable. */
static void *share(const char *name, size_t bytes, bool sealed, int *fd)
{
    *fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (*fd < 0 || ftruncate(*fd, (off_t)bytes) != 0)
        die("cannot create shared memory of %zu bytes: %s", bytes, strerror(errno));
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (memory == MAP_FAILED)
        die("cannot map shared memory of %zu bytes: %s", bytes, strerror(errno));
    int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL | (sealed ? F_SEAL_FUTURE_WRITE : 0);
    if (fcntl(*fd, F_ADD_SEALS, seals) != 0)
        die("cannot seal the orders against the runner; a Linux kernel >= 5.1 can");
    return memory;
}

static unsigned living; /* processes that were started and not ended yet */
static unsigned calm;   /* so many processes more will not spin */

void process_share_core(struct process *p)
{
    p->orders->spins = 0;
    cores_together(p->pid);
}

static void choose_place(struct process *p)
{
    if (p->place == PLACE_WITH_US)
        return; /* we are pinned, and it inherited that */
    if (calm == 0 && cores_apart(p->pid)) {
        p->orders->spins = SPINS;
        return;
    }
    calm -= calm > 0;
    process_share_core(p);
}

/*
 * A turn that comes while we spin saves five microseconds; one that does not has cost some
 * milliseconds, mostly: the other side's core was taken by somebody else. So spinning is worth
 * it while it nearly always succeeds, and if it did not, the next process will fare alike.
 */
static void reconsider_place(struct process *p, bool missed)
{
    static uint32_t turns, misses;
    if (turns++ == MEMORY) {
        turns /= 2;
        misses /= 2;
    }
    misses += missed;
    if (!missed || misses < MISSES || misses < turns / MISSES_RATE)
        return;
    turns = misses = 0;
    calm = CALM;
    process_share_core(p);
}

/*
 * A timed runner keeps a table of its blocks. Who knew how many there will be would know when
 * the last one was made, and that nothing has to be freed any more.
 */
static uint32_t roughly(uint32_t ids)
{
    uint32_t room = ids > 0;
    while (room < ids && room <= UINT32_MAX / 2)
        room *= 2;
    return room < ids ? ids : room;
}

/* What a runner finds in the orders before the first one. */
static void describe_place(struct process *p, uint32_t ids)
{
    p->orders->ids = roughly(ids);
    p->orders->heap_start = p->rules->heap_start;
    p->orders->page = p->heap.page;
    p->orders->heap_room = p->rules->heap_room;
    p->orders->filter_length = (uint32_t)p->rules->run.length;
    memcpy(p->orders->filter, p->rules->run.code, sizeof p->orders->filter);
}

void process_prepare(struct process *p, const struct process_rules *rules, const char *program,
                     enum process_place place, uint32_t ids, uint32_t window)
{
    *p = (struct process){.rules = rules, .program = program, .place = place};
    p->slack_damage = HEAP_NOWHERE;
    if (!heap_open(&p->heap, rules->heap_room))
        die("no address space of %llu bytes for the heap",
            (unsigned long long)rules->heap_room);
    p->orders = share("brklab-orders", sizeof *p->orders, true, &p->orders_fd);
    p->orders->window = place == PLACE_WITH_US ? window : 1;
    p->orders->local_break = place == PLACE_WITH_US;
    describe_place(p, ids);
    p->replies_bytes = page_up(channel_replies_bytes(p->orders), p->heap.page);
    p->replies = share("brklab-replies", p->replies_bytes, false, &p->replies_fd);
}

/*
 * Both sides count turns from 0. Nothing of an earlier runner is left in the replies, and of
 * what it was told last, where the trace ends, nothing in the orders.
 */
static void restart_turns(struct process *p)
{
    memset(p->orders->operations, 0, p->orders->window * sizeof *p->orders->operations);
    memset(p->replies, 0, p->replies_bytes);
    atomic_store(&p->orders->turn, 0);
    atomic_store(&p->orders->asleep, 0);
    p->turn = 0;
}

void process_spawn(struct process *p)
{
    restart_turns(p);
    if (p->place == PLACE_BESIDE)
        cores_together(0);
    p->pid = p->group = launch_runner(p);
    living++;
    if (clock_getcpuclockid(p->pid, &p->cpu_clock) != 0)
        die("cannot read the runner's clock");
    choose_place(p);
}

void process_start(struct process *p, const struct process_rules *rules, const char *program)
{
    process_prepare(p, rules, program, PLACE_BESIDE, 0, 1);
    process_spawn(p);
}

void process_stop(struct process *p)
{
    if (p->group > 0)
        kill(-p->group, SIGKILL); /* whatever it may have started */
    if (p->pid > 0) {
        kill(p->pid, SIGKILL);
        if (p->place == PLACE_BESIDE)
            cores_together(p->pid);
        int status = 0; /* one that is traced may report a stop first */
        while (waitpid(p->pid, &status, 0) < 0 ? errno == EINTR : WIFSTOPPED(status))
            ;
    }
    if (p->group > 0 && --living == 0)
        orphans_end();
    p->pid = p->group = 0;
}

void process_end(struct process *p)
{
    process_stop(p);
    if (p->place == PLACE_BESIDE)
        cores_release();
    heap_close(&p->heap);
    munmap(p->orders, sizeof *p->orders);
    munmap(p->replies, p->replies_bytes);
    close(p->orders_fd);
    close(p->replies_fd);
}

double process_seconds(const struct process *p)
{
    struct timespec used;
    if (clock_gettime(p->cpu_clock, &used) != 0)
        return 0;
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

uint64_t process_private_pages(const struct process *p)
{
    char path[64], line[256];
    uint64_t kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)p->pid);
    FILE *in = fopen(path, "re");
    while (in && fgets(line, sizeof line, in))
        if (sscanf(line, "Anonymous: %" SCNu64 " kB", &kilobytes) == 1)
            break;
    if (in)
        fclose(in);
    uint64_t pages = kilobytes * 1024 / p->heap.page;
    return pages > p->constants ? pages - p->constants : 0;
}

/* Lists mapping by mapping, which takes five times as long as the sum of all. */
void process_note_constants(struct process *p)
{
    char path[64], line[512], write;
    uint64_t inode, kilobytes, sum = 0;
    bool constant = false;
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)p->pid);
    FILE *in = fopen(path, "re");
    while (in && fgets(line, sizeof line, in))
        if (line[0] < 'A' || line[0] > 'Z') /* a range of addresses; its figures follow */
            constant =
                sscanf(line, "%*x-%*x %*c%c%*2c %*x %*s %" SCNu64, &write, &inode) == 2 &&
                write == '-' && inode != 0;
        else if (constant && sscanf(line, "Anonymous: %" SCNu64 " kB", &kilobytes) == 1)
            sum += kilobytes;
    if (in)
        fclose(in);
    p->constants = sum * 1024 / p->heap.page;
}

void process_freeze(struct process *p)
{
    int status = 0;
    if (p->pid == 0)
        return;
    kill(p->pid, SIGSTOP);
    while (waitpid(p->pid, &status, WUNTRACED) < 0 && errno == EINTR)
        ;
    if (!WIFSTOPPED(status)) {
        p->status = status;
        p->pid = 0;
    }
}

void process_thaw(const struct process *p)
{
    if (p->pid > 0)
        kill(p->pid, SIGCONT);
}

char process_state(const struct process *p)
{
    char path[64], stat[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)p->pid);
    FILE *in = fopen(path, "re");
    size_t got = in ? fread(stat, 1, sizeof stat - 1, in) : 0;
    if (in)
        fclose(in);
    stat[got] = '\0';
    const char *name_end = strrchr(stat, ')');
    return name_end && name_end[1] == ' ' ? name_end[2] : '\0';
}

/* Is it neither running nor waiting for a core? Then it waits by its own will. */
static bool is_asleep(const struct process *p)
{
    char state = process_state(p);
    return state && strchr("STtI", state);
}

/* How long the present order has been going on, as far as we have looked. */
struct patience {
    bool begun;
    double running, looked, asleep;
};

bool process_is_large(const struct process *p)
{
    return heap_resident(&p->heap) > p->rules->resident_limit / 8;
}

/* Time is up; if most of it went into touching memory, that is the news. */
static enum outcome time_is_up(const struct process *p)
{
    return process_is_large(p) ? OUTCOME_MEMORY : OUTCOME_TIMEOUT;
}

enum outcome process_watch(struct process *p)
{
    if (heap_resident(&p->heap) > p->rules->resident_limit)
        return OUTCOME_MEMORY;
    double used = process_seconds(p) + p->asleep - p->grace;
    p->slow_in_all = used > p->rules->total_seconds;
    return p->slow_in_all ? time_is_up(p) : OUTCOME_DONE;
}

/* OUTCOME_DONE: nothing to complain of, wait on. We have `waited` so many seconds just now. */
static enum outcome look_after(struct process *p, struct patience *patience, double waited)
{
    double now = clock_seconds(), running = process_seconds(p);
    if (p->pid == 0) /* it was gone before this order */
        return OUTCOME_EXIT;
    pid_t gone = waitpid(p->pid, &p->status, WNOHANG);
    if (gone == p->pid || (gone < 0 && errno == ECHILD)) {
        p->pid = 0;
        return OUTCOME_EXIT;
    }
    if (!patience->begun)
        *patience =
            (struct patience){.begun = true, .running = running, .looked = now - waited};
    if (is_asleep(p)) {
        double slept = fmin(now - patience->looked, LONGEST_SLEEP);
        patience->asleep += slept;
        p->asleep += slept;
    }
    patience->looked = now;
    if (running - patience->running + patience->asleep > p->rules->order_seconds)
        return time_is_up(p);
    return process_watch(p);
}

bool process_replied(const struct process *p)
{
    return atomic_load_explicit(&p->replies->turn, memory_order_acquire) == p->turn;
}

bool process_rests(const struct process *p)
{
    return atomic_load(&p->replies->asleep) != 0;
}

void process_await_rest(const struct process *p)
{
    double begun = clock_seconds();
    while (!process_rests(p) && clock_seconds() < begun + REST_SECONDS)
        usleep(100);
}

static enum outcome await(struct process *p, struct patience *patience)
{
    if (p->tracer) {
        enum outcome traced = tracer_await(p->tracer, p);
        if (traced != OUTCOME_TIMEOUT)
            return traced;
    }
    for (;;) {
        bool here = channel_spin(&p->replies->turn, p->turn, p->orders->spins);
        if (p->orders->spins && p->turn > 1) /* the first is the program's start: long */
            reconsider_place(p, !here);
        if (here)
            return OUTCOME_DONE;
        if (channel_sleep(&p->replies->turn, p->turn, &p->orders->asleep, LOOK_UP_NS))
            return OUTCOME_DONE;
        enum outcome outcome = look_after(p, patience, LOOK_UP_NS * 1e-9);
        if (outcome != OUTCOME_DONE) /* its last word may be a fault */
            return process_replied(p) ? OUTCOME_DONE : outcome;
    }
}

uint64_t *process_blocks(const struct process *p, size_t *bytes)
{
    uint64_t *blocks = &p->replies->pointers[p->orders->window];
    *bytes = p->replies_bytes - (size_t)((char *)blocks - (char *)p->replies);
    return blocks;
}

/* What the runner left in the replies is no place to remember things in. */
static void wipe_replies(struct process *p)
{
    size_t kept = offsetof(struct replies, kind), blocks;
    process_blocks(p, &blocks);
    memset((char *)p->replies + kept, 0,
           p->replies_bytes - kept - (p->orders->local_break ? blocks : 0));
}

static void pass_turn(struct process *p, enum order_kind kind)
{
    p->orders->kind = kind;
    channel_pass(&p->orders->turn, ++p->turn, &p->replies->asleep);
}

static enum outcome read_fault(struct process *p)
{
    p->fault.signal = p->replies->signal;
    p->fault.code = p->replies->code;
    p->fault.address = p->replies->address;
    p->fault.instruction = p->replies->instruction;
    p->fault.stack_full = p->replies->stack_full != 0;
    return OUTCOME_FAULT;
}

static void check_slack(struct process *p)
{
    uint64_t damage = heap_check_slack(&p->heap);
    if (damage < p->slack_damage)
        p->slack_damage = damage;
}

/* One order from start to end, with the requests to move the break that come between. */
static enum outcome carry_out(struct process *p, enum order_kind kind)
{
    struct patience patience = {0};
    wipe_replies(p);
    pass_turn(p, kind);
    for (unsigned requests = 1;; requests++) {
        enum outcome outcome = await(p, &patience);
        if (outcome == OUTCOME_DONE && requests % 1024 == 0)
            outcome = look_after(p, &patience, 0);
        if (outcome != OUTCOME_DONE)
            return outcome;
        uint32_t reply = *(volatile uint32_t *)&p->replies->kind;
        if (reply == REPLY_FAULT)
            return read_fault(p);
        if (!p->orders->local_break)
            check_slack(p);
        if (reply != REPLY_BREAK || p->orders->local_break)
            return OUTCOME_DONE;
        p->orders->error = heap_move_break(&p->heap, *(volatile int64_t *)&p->replies->value);
        pass_turn(p, ORDER_ANSWER);
    }
}

enum outcome process_init(struct process *p, bool *ready)
{
    enum outcome outcome = carry_out(p, ORDER_INIT);
    *ready = p->replies->value != 0;
    return outcome;
}

enum outcome process_perform(struct process *p, uint32_t count)
{
    p->orders->count = count;
    return carry_out(p, ORDER_PERFORM);
}

enum outcome process_checkheap(struct process *p, uint32_t line, bool *sound)
{
    p->orders->line = line;
    enum outcome outcome = carry_out(p, ORDER_CHECK);
    *sound = p->replies->value != 0;
    return outcome;
}
