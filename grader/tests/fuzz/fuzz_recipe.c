/*
 * fuzz_recipe.c - any bytes as a recipe of tracegen.
 *
 * The reader opens a file by name and ends the program with a message. Here its file is the
 * input, the message goes into a buffer, and the end of the program is a jump.
 */
#include "fuzz.h"
#include <setjmp.h>
#include <stdio.h>

static jmp_buf the_end;
static FILE *input;
static char message[512];

static _Noreturn void leave(int status)
{
    MUST(status == 2 && message[0]);
    longjmp(the_end, 1);
}

#define fopen(path, mode)    input
#define fclose(file)         ((void)0) /* closed below, whichever way it ends */
#define fprintf(stream, ...) snprintf(message, sizeof message, __VA_ARGS__)
#define exit                 leave
#include "recipe.c"
#undef fclose

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static struct recipe recipe;
    static uint8_t empty;
    input = bytes ? fmemopen((void *)(uintptr_t)data, bytes, "r") : fmemopen(&empty, 1, "r");
    MUST(input);
    message[0] = '\0';
    if (setjmp(the_end) == 0) {
        recipe_read(&recipe, "fuzz");
        MUST(recipe.phase_count > 0 && recipe.phase_count <= RECIPE_PHASES);
        MUST(recipe.kind_count <= RECIPE_KINDS && recipe.about[0]);
    }
    fclose(input);
    return 0;
}
