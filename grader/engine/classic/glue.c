/*
 * classic/glue.c - stands between the runner and an mm.c of the classic shape.
 *
 * What the classic lab never asks for is not asked here either: the answer is given without
 * the submission. Only where the referee wants to advise does it hear such calls itself.
 */
#include "glue.h"
#include <string.h>

/* In this file the submission's functions have their own names. */
#undef mm_malloc
#undef mm_free
#undef mm_realloc
#undef mm_calloc
void *mm_malloc(size_t size);
void mm_free(void *ptr);
void *mm_realloc(void *ptr, size_t size);
void *mm_calloc(size_t count, size_t size) __attribute__((weak)); /* it may be missing */

/* The whole heap of this profile; no larger request can be met. */
#define CLASSIC_LARGEST ((size_t)1 << 30)

void *classic_malloc(size_t size)
{
    return size > CLASSIC_LARGEST && !classic_demanding ? NULL : mm_malloc(size);
}

void classic_free(void *ptr)
{
    if (ptr || classic_demanding)
        mm_free(ptr);
}

/* realloc(NULL, 0) is free(NULL) as much as malloc(0): who tests the size first frees NULL. */
void *classic_realloc(void *ptr, size_t size)
{
    bool asked = (ptr || size) && size <= CLASSIC_LARGEST;
    return asked || classic_demanding ? mm_realloc(ptr, size) : NULL;
}

/* Their own mm_calloc is tried for advice, and not relied upon. */
void *classic_calloc(size_t count, size_t size)
{
    if (classic_demanding)
        return mm_calloc ? mm_calloc(count, size) : NULL;
    if (size && count > CLASSIC_LARGEST / size)
        return NULL;
    void *memory = mm_malloc(count * size);
    return memory ? memset(memory, 0, count * size) : NULL;
}

/* Checkers of the classic shape differ too much to be called. */
bool classic_checkheap(int line)
{
    (void)line;
    return 1;
}
