/*
 * Theory of operation. One worker for each core is forked. They share a counter, from which
 * each takes the next thing to do, and the results. A fork has our memory as it was: what a
 * task reads is there, and runners that it starts are children of the worker, which ends them.
 * The counter and the results are ours and theirs alone; no runner maps them.
 */
#include "workers.h"
#include "cores.h"
#include "orphans.h"
#include "say.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct board {
    _Atomic size_t next;
    _Alignas(64) uint8_t results[];
};

static struct board *put_up_board(size_t bytes)
{
    void *board = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED)
        die("out of memory (%zu bytes); close other programs and run it again", bytes);
    return board;
}

static pid_t start_worker(struct board *board, size_t core, size_t count, size_t bytes,
                          workers_task *task, void *context)
{
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        die("cannot start a worker: %s", strerror(errno));
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(2);
    orphans_adopt();
    cores_take(core);
    for (size_t i; (i = atomic_fetch_add(&board->next, 1)) < count;)
        task(context, i, board->results + i * bytes);
    _exit(0);
}

static void await_worker(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            die("a worker is lost: %s", strerror(errno));
    if (!WIFEXITED(status))
        die("a worker was ended by signal %d; is the machine out of memory?", WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        exit(WEXITSTATUS(status)); /* it has said why */
}

void *workers_run(size_t count, size_t bytes, workers_task *task, void *context)
{
    size_t workers = cores_count(), size = sizeof(struct board) + count * bytes;
    workers = workers < count ? workers : count;
    struct board *board = put_up_board(size);
    pid_t *pids = must_alloc(workers * sizeof *pids);
    for (size_t i = 0; i < workers; i++)
        pids[i] = start_worker(board, i, count, bytes, task, context);
    for (size_t i = 0; i < workers; i++)
        await_worker(pids[i]);
    void *results = must_alloc(count * bytes);
    memcpy(results, board->results, count * bytes);
    munmap(board, size);
    free(pids);
    return results;
}
