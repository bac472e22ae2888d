/*
 * cores.h - which processor cores the referee and a runner use. Where the kernel does not let
 * us choose, everybody stays where they are: a grade takes longer then, and is no other.
 */
#ifndef CORES_H
#define CORES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How many we may use. */
size_t cores_count(void);

/* Pins us to number `i` (from 0) of them, for good. */
void cores_take(size_t i);

/*
 * Pins us to the core that we are on and `other` to the rest of those that we may use.
 * Returns false, nothing done, when there is no other core.
 */
bool cores_apart(pid_t other);

/* Pins us and `other` (0: only us) to the core that we are on. */
void cores_together(pid_t other);

/* We may use all cores again that were ours before the calls above. */
void cores_release(void);

#endif
