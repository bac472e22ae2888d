#include "puppet.h"
#include "break.h"
#include "channel.h"
#include "command.h"
#include "culprit.h"
#include "fill.h"
#include "fuzz.h"
#include "process.h"
#include "residue.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PUPPETS = 2, MAX_FDS = 3, CHUNK = 4096 };

/* What a script can ask for; each number stands for itself and all larger by a multiple. */
enum act {
    ACT_HONEST,
    ACT_NEAR_POINTER, /* the honest pointer, moved by up to 32 KiB */
    ACT_ANY_POINTER,
    ACT_SMALL_BREAK, /* first a request of up to 32 KiB either way */
    ACT_ANY_BREAK,
    ACT_HEAP_BYTE, /* first a byte written somewhere near the break or a block */
    ACT_VALUES,    /* all other words of the reply are any */
    ACT_ANY_KIND,
    ACT_FAULT,
    ACT_RESTLESS, /* from now on: writes while the referee reads */
    ACT_CALM,
    ACT_ANY_TURN, /* a turn number that may be wrong, and nothing else */
    ACT_END,      /* the process ends */
    ACT_SILENCE,  /* no answer to this order */
    ACTS
};

struct puppet {
    bool there;
    pthread_t thread;
    _Atomic pid_t id; /* of the thread: the referee takes it for a process */
    atomic_bool stop, gone;
    int status;
    struct orders *orders;
    struct replies *replies;
    uint8_t *heap;
    size_t replies_bytes;
    struct script script;
    struct program_break brk;
    uint64_t starts[PUPPET_IDS + 1], sizes[PUPPET_IDS + 1];
    uint64_t restless; /* not 0: a state of dice */
    uint64_t honest;   /* last honest pointer */
};

static struct puppet puppets[PUPPETS];
static struct script plan_checked, plan_timed;
static bool honest;      /* the process that is being started is the reference's */
static int fds[MAX_FDS]; /* heap, orders, replies of the process that is being started */

void puppet_plan(struct script checked, struct script timed)
{
    plan_checked = checked;
    plan_timed = timed;
}

/* The script */

static uint64_t next(struct puppet *p, unsigned bytes)
{
    uint64_t number = 0;
    for (; bytes && p->script.count; bytes--, p->script.count--)
        number = number << 8 | *p->script.bytes++;
    return number;
}

static int64_t next_near(struct puppet *p)
{
    return (int16_t)next(p, 2);
}

/* The heap, of which any page may be gone at any moment: the kernel copies, or refuses. */

static void poke(struct puppet *p, uint64_t offset, const void *bytes, size_t count)
{
    if (offset >= p->orders->heap_room || count > p->orders->heap_room - offset)
        return;
    struct iovec from = {(void *)(uintptr_t)bytes, count}, to = {p->heap + offset, count};
    process_vm_writev(getpid(), &from, 1, &to, 1, 0);
}

static void move_bytes(struct puppet *p, uint64_t to, uint64_t from, uint64_t count)
{
    uint8_t chunk[CHUNK];
    for (uint64_t n; count > 0; to += n, from += n, count -= n) {
        n = count < CHUNK ? count : CHUNK;
        struct iovec here = {chunk, n}, there = {p->heap + from, n};
        if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) != (ssize_t)n)
            return;
        poke(p, to, chunk, n);
    }
}

/* Turns */

static void scribble(struct puppet *p)
{
    uint64_t dice = p->restless = fill_mix(p->restless);
    size_t from = offsetof(struct replies, kind) / 4, words = p->replies_bytes / 4 - from;
    ((volatile uint32_t *)p->replies)[from + dice % words] = (uint32_t)(dice >> 32);
    if (dice % 4 == 0)
        poke(p, p->brk.size + (dice >> 8) % 256 - 128, &dice, 1);
    if (dice % 64 == 1)
        ((volatile struct replies *)p->replies)->asleep = dice >> 63;
}

/* Waits for an order; false when it is time to go. */
static bool wait_for(struct puppet *p, uint32_t turn)
{
    _Atomic uint32_t *theirs = (_Atomic uint32_t *)&p->orders->turn;
    while (atomic_load(theirs) != turn) {
        if (p->stop)
            return false;
        if (p->restless)
            scribble(p);
        else
            channel_sleep(theirs, turn, &p->replies->asleep, 1000000);
    }
    return true;
}

static bool answer(struct puppet *p, uint32_t kind)
{
    uint32_t turn = atomic_load(&p->orders->turn);
    p->replies->kind = kind;
    channel_pass(&p->replies->turn, turn, &p->orders->asleep);
    return wait_for(p, turn + 1);
}

/* Honest work: a break that only rises, and blocks that follow each other. */

static bool move_break(struct puppet *p, int64_t increment)
{
    if (p->orders->local_break)
        return break_move(&p->brk, increment) == 0;
    p->replies->value = increment;
    return answer(p, REPLY_BREAK) && p->orders->error == 0 &&
           break_move(&p->brk, increment) == 0;
}

static uint64_t allocate(struct puppet *p, uint32_t id, uint64_t size)
{
    uint64_t start = p->brk.size;
    if (size == 0 || size > PUPPET_LARGEST || start % 16 ||
        !move_break(p, (int64_t)((size + 15) & ~(uint64_t)15)))
        return 0;
    p->starts[id] = start;
    p->sizes[id] = size;
    return p->orders->heap_start + start;
}

static uint64_t perform(struct puppet *p, const struct operation *op)
{
    uint64_t start = p->starts[op->id], size = p->sizes[op->id];
    if (op->kind == OP_FREE) {
        p->sizes[op->id] = 0;
        return 0;
    }
    uint64_t pointer = allocate(p, op->id, operation_bytes(op));
    if (pointer && op->kind == OP_REALLOC)
        move_bytes(p, p->starts[op->id], start, size < op->size ? size : op->size);
    if (op->kind == OP_REALLOC && op->size == 0)
        p->sizes[op->id] = 0;
    return pointer;
}

static void start_pass(struct puppet *p)
{
    p->brk = (struct program_break){.limit = p->orders->heap_room};
    memset(p->sizes, 0, sizeof p->sizes);
    p->replies->value = 1;
}

static void work(struct puppet *p)
{
    uint32_t kind = p->orders->kind;
    if (kind == ORDER_INIT)
        start_pass(p);
    else if (kind == ORDER_CHECK)
        p->replies->value = 1;
    for (uint32_t i = 0; kind == ORDER_PERFORM && i < p->orders->count && !p->stop; i++)
        p->replies->pointers[i] = p->honest = perform(p, &p->orders->operations[i]);
    p->replies->break_peak = p->brk.peak;
}

/* What a hostile runner adds */

static void write_heap_byte(struct puppet *p)
{
    uint8_t byte = (uint8_t)next(p, 1);
    uint64_t base = byte % 2 ? p->brk.size : p->starts[byte / 2 % PUPPET_IDS];
    poke(p, base + (uint64_t)next_near(p), &byte, 1);
}

static void say_anything(struct puppet *p)
{
    uint64_t *words = (uint64_t *)(void *)&p->replies->value;
    for (size_t i = 0; i < 4; i++) /* value to break_peak */
        words[i] = next(p, 8);
}

static void fault(struct puppet *p)
{
    static const int signals[] = {4, 5, 6, 7, 8, 11, 31};
    uint64_t which = next(p, 1);
    p->replies->signal = which < 7 ? signals[which] : (int32_t)next(p, 4);
    p->replies->code = (int32_t)next(p, 1);
    p->replies->address = next(p, 8);
    p->replies->instruction = next(p, 8);
}

/* Carries out one order as the script says. False: no answer, or the end. */
static bool act(struct puppet *p)
{
    enum act what = next(p, 1) % ACTS;
    if (what == ACT_SMALL_BREAK || what == ACT_ANY_BREAK) {
        int64_t bytes = what == ACT_ANY_BREAK ? (int64_t)next(p, 8) : next_near(p);
        move_break(p, bytes);
    } else if (what == ACT_HEAP_BYTE) {
        write_heap_byte(p);
    } else if (what == ACT_RESTLESS || what == ACT_CALM) {
        p->restless = what == ACT_RESTLESS ? next(p, 1) + 1 : 0;
    } else if (what == ACT_ANY_TURN) {
        p->replies->turn = (uint32_t)next(p, 4);
    }
    if (what == ACT_END)
        p->gone = true;
    if (what == ACT_END || what == ACT_SILENCE)
        return false;
    work(p);
    if (what == ACT_NEAR_POINTER)
        p->replies->pointers[0] = p->honest + (uint64_t)next_near(p);
    else if (what == ACT_ANY_POINTER)
        p->replies->pointers[next(p, 1) % p->orders->window] = next(p, 8);
    else if (what == ACT_VALUES)
        say_anything(p);
    else if (what == ACT_FAULT)
        fault(p);
    uint32_t kind = what == ACT_FAULT      ? REPLY_FAULT
                    : what == ACT_ANY_KIND ? (uint32_t)next(p, 1)
                                           : REPLY_DONE;
    return answer(p, kind);
}

static void *live(void *argument)
{
    struct puppet *p = argument;
    p->id = gettid();
    if (wait_for(p, 1))
        while (act(p))
            ;
    while (!p->stop && !p->gone) /* silent: asleep until it is killed */
        usleep(500);
    return NULL;
}

/* The kernel's side: the linker puts these in place of the calls (fuzz.mk, --wrap). */

int __real_memfd_create(const char *name, unsigned flags);
int __wrap_memfd_create(const char *name, unsigned flags);
void __real_process_spawn(struct process *p);
void __wrap_process_spawn(struct process *p);
pid_t __wrap_vfork(void);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);
int __wrap_kill(pid_t pid, int number);
int __wrap_clock_getcpuclockid(pid_t pid, clockid_t *clock);
uint64_t __wrap_process_private_pages(const struct process *process);
void __wrap_process_note_constants(struct process *process);
void __wrap_residue_remember(struct residue *residue, pid_t pid);
struct command_result __wrap_command_run(const struct command *command);
bool __wrap_culprit_wants(struct culprit *c, unsigned attempt);
void __wrap_orphans_end(void);

int __wrap_memfd_create(const char *name, unsigned flags)
{
    int fd = __real_memfd_create(name, flags);
    fds[strcmp(name, "brklab-heap") == 0 ? 0 : strcmp(name, "brklab-orders") == 0 ? 1 : 2] = fd;
    return fd;
}

static struct puppet *find(pid_t id)
{
    for (int i = 0; i < PUPPETS; i++)
        if (puppets[i].there && puppets[i].id == id)
            return &puppets[i];
    return NULL;
}

static void *map(int fd, size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    MUST(memory != MAP_FAILED);
    return memory;
}

static void map_areas(struct puppet *p)
{
    struct stat replies;
    MUST(fstat(fds[2], &replies) == 0);
    /* Sealed: a copy of the descriptor maps it for reading only, as the runner does. */
    p->orders = mmap(NULL, sizeof *p->orders, PROT_READ, MAP_SHARED, fds[1], 0);
    MUST(p->orders != MAP_FAILED);
    p->replies_bytes = (size_t)replies.st_size;
    p->replies = map(fds[2], p->replies_bytes);
    p->heap = map(fds[0], p->orders->heap_room);
}

/* In a timed run two places exist, and each pass starts one of them anew. */
void __wrap_process_spawn(struct process *p)
{
    fds[0] = p->heap.fd;
    fds[1] = p->orders_fd;
    fds[2] = p->replies_fd;
    honest = strcmp(p->program, PUPPET_REFERENCE) == 0;
    __real_process_spawn(p);
}

pid_t __wrap_vfork(void)
{
    struct puppet *p = puppets[0].there ? &puppets[1] : &puppets[0];
    MUST(!p->there);
    *p = (struct puppet){.there = true};
    map_areas(p);
    if (!p->orders->local_break)
        p->script = plan_checked;
    else if (!honest)
        p->script = plan_timed;
    p->status = (int)(p->script.count ? p->script.bytes[0] << 8 | p->script.bytes[0] % 2 : 0);
    MUST(pthread_create(&p->thread, NULL, live, p) == 0);
    while (p->id == 0)
        usleep(20);
    return p->id;
}

/* Joins a thread that ends by itself or was told to. */
pid_t __wrap_waitpid(pid_t pid, int *status, int options)
{
    struct puppet *p = find(pid);
    if (!p || ((options & WNOHANG) && !p->gone))
        return p ? 0 : -1;
    pthread_join(p->thread, NULL);
    if (status)
        *status = p->status;
    munmap(p->orders, sizeof *p->orders);
    munmap(p->replies, p->replies_bytes);
    munmap(p->heap, (size_t)1 << 30);
    p->there = false;
    return pid;
}

int __wrap_kill(pid_t pid, int number)
{
    struct puppet *p = find(pid < 0 ? -pid : pid);
    if (p && number)
        p->stop = true;
    return 0;
}

int __wrap_clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
    return pthread_getcpuclockid(find(pid)->thread, clock);
}

/* The kernel counts them; here they are as many as the last reply says, more or less. */
uint64_t __wrap_process_private_pages(const struct process *process)
{
    return process->pid ? process->replies->break_peak % 100 + 1 : 0;
}

/* Its memory is ours, all of the fuzzer's: nothing to compare. */
void __wrap_process_note_constants(struct process *process)
{
    process->constants = 0;
}

void __wrap_residue_remember(struct residue *residue, pid_t pid)
{
    (void)pid;
    *residue = (struct residue){0};
}

/* addr2line's answer about a file that the submission made is the submission's, too. */
struct command_result __wrap_command_run(const struct command *command)
{
    size_t bytes = plan_checked.count < command->keep ? plan_checked.count : command->keep;
    struct command_result result = {.output = calloc(1, command->keep + 1), .bytes = bytes};
    MUST(result.output);
    memcpy(result.output, plan_checked.bytes, bytes);
    return result;
}

/* A thread of our own cannot be traced: a replay is made, and not watched. */
bool __wrap_culprit_wants(struct culprit *c, unsigned attempt)
{
    (void)c, (void)attempt;
    return false;
}

/* The children of this process are the sanitizers' helpers, and do not end by our kill(). */
void __wrap_orphans_end(void)
{
}
