/*
 * classic/mm.h - the interface of the well-known CS:APP malloc lab, for an mm.c written
 * for it. Payloads are aligned to 8 bytes. mm_init returns -1 on failure. What that lab's
 * submissions define in several shapes (mm_init, a checker) is declared in one of them only
 * where nothing else helps.
 */
#ifndef CLASSIC_MM_H
#define CLASSIC_MM_H

/*
 * compile.c tries three manners, in this order: as it stands; CLASSIC_NEWER, with what the
 * newer style trusts to be declared; CLASSIC_OLDER, where `bool` is the submission's own word,
 * what it prints with is declared here, as in that lab's own header, and mem_sbrk takes an int.
 */
#ifdef CLASSIC_OLDER
#include <stdio.h>
#else
#include <stdbool.h>
#endif
#include <stddef.h>

#define MM_ALIGNMENT   8
#define MM_STATIC_FREE 128

void *mm_malloc(size_t size);
void mm_free(void *ptr);
void *mm_realloc(void *ptr, size_t size);

#ifdef CLASSIC_NEWER
bool mm_init(void);
void *mm_calloc(size_t count, size_t size);
bool mm_checkheap(int line);
#endif

/* Who wrote it. Nothing here reads it. */
typedef struct {
    char *teamname;
    char *name1, *id1;
    char *name2, *id2;
} team_t;

extern team_t team;

#endif
