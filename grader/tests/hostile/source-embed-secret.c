/* Tries the newer way to embed a file's bytes. */
#if __has_embed(SECRET)
static const char stolen[] = {
#embed SECRET
};
#endif
#include <stdio.h>
#define AT_INIT puts(stolen);

#include "honest.c"
