/*
 * workers.h - the same work on many things, on every core that we may use. For work that
 * takes no times: who shares a machine's caches with himself measures himself.
 */
#ifndef WORKERS_H
#define WORKERS_H

#include <stddef.h>

/*
 * Works on thing `i` and writes what came of it to `result`. It runs in a process of its own,
 * pinned to a core: what else it changes nobody sees.
 */
typedef void workers_task(void *context, size_t i, void *result);

/*
 * Has `task` done for each i < count. results[i * bytes] onwards, zero before, is what the task
 * wrote there, in whatever order things were done. The caller frees the results. A worker that
 * ends by die() ends us too, with its exit status.
 */
void *workers_run(size_t count, size_t bytes, workers_task *task, void *context);

#endif
