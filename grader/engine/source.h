/* source.h - which line of source an instruction comes from. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes " in coalesce(), mm.c:143" for the instruction at `offset` of the program image
 * into `text`, or "" when the program has no such line or binutils' addr2line is missing.
 */
void source_describe(const char *program, uint64_t offset, char *text, size_t bytes);

/* The same for an offset within one section of an object file. */
void source_describe_object(const char *object, const char *section, uint64_t offset,
                            char *text, size_t bytes);

#endif
