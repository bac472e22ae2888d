/* source.h - which line of source an instruction comes from. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes " in coalesce(), mm.c:143" into `text` for the instruction at `offset` of a program's
 * image (`section` NULL), or of a section of an object file; "" when the file has no such line
 * or binutils' addr2line is missing.
 */
void source_describe(const char *file, const char *section, uint64_t offset, char *text,
                     size_t bytes);

enum { SOURCE_DEPTH = 4 };

/* A place in the source, and the functions that the compiler took in there, innermost first. */
struct source_place {
    size_t depth; /* 0: the program has no such line */
    struct {
        char file[64], function[64]; /* the file's name without its folders */
        unsigned line;
    } frames[SOURCE_DEPTH];
};

/*
 * Finds the places of `count` instructions, given from the start of the program's image, at
 * once. All have depth 0 when addr2line is missing.
 */
void source_find(const char *program, const uint64_t *instructions, size_t count,
                 struct source_place *places);

#endif
