/* Tries to keep a table behind the program's variables, in the rest of their last page. */
extern char _end[];
#define ROOM  (4096 - ((unsigned long)_end & 4095))
#define LISTS 256
#define TABLE(bytes)                                                                           \
    (ROOM < bytes ? _end + ROOM - 4096 : (void *)(((unsigned long)_end + 15) & ~15UL))

#include "honest.c"
