/*
 * callsite.h - from a code address in a program that has ended to a place in its source.
 */
#ifndef CALLSITE_H
#define CALLSITE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Describes a return address: "main.c:12 in lose()", else the file that was mapped there and
 * the offset in it, else the address. `maps` is the text of the program's /proc/self/maps.
 * binutils' addr2line is asked where it is installed. Returns `text`.
 */
const char *callsite_describe(const char *maps, uint64_t address, char *text, size_t bytes);

#endif
