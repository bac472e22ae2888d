/*
 * fuzz_recipe.c - any bytes as a recipe of tracegen.
 *
 * The reader ends the program with a message. Here the message goes into a buffer, and the
 * end of the program is a jump.
 */
#include "fuzz.h"
#include "number.h"
#include "say.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf the_end;
static char message[512];

static _Noreturn void leave(void)
{
    MUST(message[0]);
    longjmp(the_end, 1);
}

#define die(...) (snprintf(message, sizeof message, __VA_ARGS__), leave())
#include "recipe.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static struct recipe recipe;
    char *text = calloc(1, bytes + 1);
    MUST(text);
    memcpy(text, data, bytes);
    message[0] = '\0';
    if (setjmp(the_end) == 0) {
        recipe_parse(&recipe, "fuzz", text, bytes);
        MUST(recipe.phase_count > 0 && recipe.phase_count <= RECIPE_PHASES);
        MUST(recipe.kind_count <= RECIPE_KINDS && recipe.about[0]);
    }
    free(text);
    return 0;
}
