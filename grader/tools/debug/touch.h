/*
 * touch.h - tells the tool that watches this program who may touch which bytes.
 *
 * To a sanitizer or valgrind the simulated heap is one lump of memory: whatever happens in it
 * is fine. So the replayer says more. While the allocator runs, no live payload may be
 * touched but the one that it was given; no byte at or above the break may be touched, ever.
 *
 *     | header | payload: shut | header | payload given to free: open | slack: shut |
 *
 * Without a tool these cost nothing.
 */
#ifndef TOUCH_H
#define TOUCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A payload is shut in whole, up to this size; of a longer one, both ends. */
#define TOUCH_WHOLE ((size_t)1 << 20)
#define TOUCH_END   ((size_t)1 << 16)

/* Nobody may touch these bytes. */
void touch_shut(const void *bytes, size_t count);

/* The program itself is about to read or write them. */
void touch_open(const void *bytes, size_t count);

/* They belong to the allocator again, and what they hold means nothing. */
void touch_give_back(const void *bytes, size_t count);

/* Gives a payload a name for the tool's messages: "block 12 (live since line 41)". */
void touch_name(const void *bytes, size_t count, const char *name);

/* How many errors the tool has reported so far, where it lets us know. */
unsigned touch_errors(void);

/* Does valgrind run this program? Then the heap has less room. */
bool touch_is_valgrind(void);

/* Calls `tell` when a sanitizer is about to end the program, with the address or 0. */
void touch_on_error(void (*tell)(uint64_t address));

#endif
