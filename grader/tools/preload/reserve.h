/*
 * reserve.h - memlib.h for real programs: a program break in an ordinary process.
 *
 * A large stretch of addresses is reserved once, without memory. The pages below the break
 * can be read and written, those above cannot: touching them is a segmentation fault, as
 * in the lab. Lowering the break gives pages back. A fork copies all of it.
 */
#ifndef RESERVE_H
#define RESERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reserves it; false when the machine gives no addresses. */
bool reserve_open(void);

/* Does [address, address + bytes) lie in the heap? */
bool reserve_holds(uintptr_t address, size_t bytes);

/* The highest break so far, in bytes from the heap's start. */
size_t reserve_peak(void);

#endif
