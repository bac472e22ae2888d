/*
 * classic/glue.h - what the runner calls in the classic profile: glue.c, which is compiled
 * together with the submission, because only there its types are known.
 */
#ifndef CLASSIC_GLUE_H
#define CLASSIC_GLUE_H

#include <stdbool.h>
#include <stddef.h>

bool classic_init(void);
void *classic_calloc(size_t count, size_t size);
bool classic_checkheap(int line);

#define mm_init      classic_init
#define mm_calloc    classic_calloc
#define mm_checkheap classic_checkheap

#endif
