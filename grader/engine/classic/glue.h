/*
 * classic/glue.h - what the runner calls in the classic profile: glue.c, and init.c, which is
 * compiled together with the submission, because only there its types are known.
 */
#ifndef CLASSIC_GLUE_H
#define CLASSIC_GLUE_H

#include <stdbool.h>
#include <stddef.h>

/* The referee sets it where it wants to advise: also ask for what that lab never asks. */
extern bool classic_demanding;

bool classic_init(void);
void *classic_malloc(size_t size);
void classic_free(void *ptr);
void *classic_realloc(void *ptr, size_t size);
void *classic_calloc(size_t count, size_t size);
bool classic_checkheap(int line);

#define mm_init      classic_init
#define mm_malloc    classic_malloc
#define mm_free      classic_free
#define mm_realloc   classic_realloc
#define mm_calloc    classic_calloc
#define mm_checkheap classic_checkheap

#endif
