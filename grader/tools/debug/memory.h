/* memory.h - the simulated break within one process, for a debugger. See memlib.h. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

/* Reserves `room` bytes at `start` and puts the break there. Ends the program if it cannot. */
void memory_open(uint64_t start, uint64_t room);

#endif
