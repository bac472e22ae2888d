/*
 * alone.h - an allocator without a referee: a heap for it, and a process for each time that it
 * begins anew. Nothing confines it: this is for those that you trust.
 */
#ifndef ALONE_H
#define ALONE_H

#include <stddef.h>
#include <stdint.h>

/* `bytes` of zeros, page-aligned, that all processes of alone_play() share. Never NULL. */
void *alone_map(size_t bytes);

/* Makes the heap: the functions of memlib.h work from now on. Once, before alone_play(). */
void alone_open(size_t room);

/*
 * Calls mm_init(), then play(argument), in a child process on an empty heap, for an allocator
 * has no other way to begin again. The child may end itself by exit(), after it said why.
 * Whatever else ends it but a return is told as a fault of the allocator in `name`: exit 1.
 */
void alone_play(const char *name, void (*play)(const void *argument), const void *argument);

/* Nanoseconds since some moment. */
uint64_t alone_now(void);

#endif
