/*
 * classic/glue.c - joins an mm.c of the classic shape to the runner.
 *
 * The compiler is told to include the submission before this file, so mm_init is known
 * with its real type here: it returns an int, negative on failure, or a bool, false on
 * failure. Whatever macros the submission defined are in force: this file stays plain.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

_Bool classic_init(void);
_Bool classic_init(void)
{
    return _Generic(mm_init(), _Bool : mm_init(), default : mm_init() >= 0);
}

/*
 * What the classic lab never asks for is not asked here either: the answer is given without
 * the submission. Only where the referee wants to advise does it hear such calls itself.
 */
extern _Bool classic_demanding;

/* The whole heap of this profile; no larger request can be met. */
#define CLASSIC_LARGEST ((size_t)1 << 30)

void *classic_malloc(size_t size);
void *classic_malloc(size_t size)
{
    return size > CLASSIC_LARGEST && !classic_demanding ? NULL : mm_malloc(size);
}

void classic_free(void *ptr);
void classic_free(void *ptr)
{
    if (ptr || classic_demanding)
        mm_free(ptr);
}

void *classic_realloc(void *ptr, size_t size);
void *classic_realloc(void *ptr, size_t size)
{
    return size > CLASSIC_LARGEST && !classic_demanding ? NULL : mm_realloc(ptr, size);
}

/* classic/mm.h declares mm_calloc weak: it may be missing, and it is not relied upon. */
void *classic_calloc(size_t count, size_t size);
void *classic_calloc(size_t count, size_t size)
{
    void *(*own)(size_t, size_t) = mm_calloc;
    if (classic_demanding)
        return own ? own(count, size) : NULL;
    if (size && count > CLASSIC_LARGEST / size)
        return NULL;
    void *memory = mm_malloc(count * size);
    return memory ? memset(memory, 0, count * size) : NULL;
}

/* Checkers of the classic shape differ too much to be called. */
_Bool classic_checkheap(int line);
_Bool classic_checkheap(int line)
{
    (void)line;
    return 1;
}
