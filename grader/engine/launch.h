/*
 * launch.h - how a runner comes to life: the child between vfork and exec.
 *
 * It inherits the heap, the orders and the replies as descriptors 3, 4 and 5, /dev/null as
 * stdin, a bounded file as stdout and stderr, and nothing else: no environment, no other
 * descriptor, limits on memory, stack, file size and core files, and from before exec a system
 * call filter (filter.h), which its first instructions replace by a stricter one (entry.c). It
 * dies with us.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include "process.h"

/*
 * Starts p->program on what process_prepare() has made, in a group of its own, and returns its
 * id. Ends the referee where that fails for a reason of ours: a submission is not to answer for
 * it. What is no program ends by itself.
 */
pid_t launch_runner(const struct process *p);

#endif
