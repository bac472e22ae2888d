/* Tries to call what is forbidden by a weak name, and by an alias of one. */
extern void *mmap(void *, unsigned long, int, int, int, long) __attribute__((weak));
static __typeof__(mmap) other __attribute__((weakref("mmap64")));
#define TABLE(bytes) (mmap ? mmap : other)(0, bytes, 3, 0x22, -1, 0)

#include "honest.c"
