/*
 * breakmap.h - mmap and its kin over the simulated break, for allocators that want a kernel.
 *
 * A wrapped allocator (wrap.c) calls these in place of the C library's functions of the same
 * name: objcopy renamed its calls, or, in a shared library, the loader finds these first. So
 * all memory that it takes comes from mem_sbrk, where the referee sees it.
 *
 *     heap+0                                                         break
 *     |                                                              |
 *     +----------+--------------+~~~~~~~~~~~~~~+---------------------+
 *     | mapping  | mapping      | hole: no     | mapping, or what    |
 *     |          |              | pages        | sbrk gave           |
 *     +----------+--------------+~~~~~~~~~~~~~~+---------------------+
 *
 * What is unmapped at the top lowers the break; elsewhere it is a hole, which later mappings
 * use first. Time stands still, there is one processor, and there are no files: a decision
 * that depended on these would differ from run to run.
 */
#ifndef BREAKMAP_H
#define BREAKMAP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* A shared library cannot be renamed: it asks for the C library's own names. */
#ifdef WRAP_SHARED
#define break_mmap          mmap
#define break_munmap        munmap
#define break_madvise       madvise
#define break_mprotect      mprotect
#define break_clock_gettime clock_gettime
#endif

/* All as the man pages say, for private anonymous memory. Sizes in bytes. */
void *break_mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset);
int break_munmap(void *at, size_t bytes);
int break_madvise(void *at, size_t bytes, int advice);
int break_mprotect(void *at, size_t bytes, int protection);
int break_clock_gettime(clockid_t clock, struct timespec *now);

#ifndef WRAP_SHARED
void *break_sbrk(intptr_t increment);
void *break_sbrk_too(intptr_t increment);
void *break_mremap(void *at, size_t bytes, size_t wanted, int flags, ...);
int break_open(const char *path, int flags, ...);
long break_syscall(long number, ...);
long break_sysconf(int name);
int break_sched_getaffinity(pid_t process, size_t bytes, void *set);
#endif

#endif
