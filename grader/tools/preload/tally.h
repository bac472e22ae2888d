/*
 * tally.h - what a program made of the allocator, told when it ends.
 *
 * The environment names a file in MM_REPORT; every process that ends by exit() appends one
 * line of tab-separated fields to it: process id, program, peak heap and peak payload in
 * bytes, calls, calls refused, blocks and bytes still live. What the program prints is its
 * own business and stays as it is.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>

struct tally {
    size_t calls, refused;
};

extern struct tally tally;

/* In the child of a fork: its calls are its own. */
void tally_restart(void);

/* Appends the line, if somebody asked for it. Calls no allocator. */
void tally_report(size_t peak_payload, size_t peak_heap, size_t live, size_t live_bytes);

#endif
