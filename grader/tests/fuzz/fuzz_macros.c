/* fuzz_macros.c - any bytes as a submission's source, searched for macros. */
#include "fuzz.h"
#include "macros.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    enum { ROOM = 4 };
    struct macro found[ROOM];
    size_t lines = 1, count = macros_find((const char *)data, bytes, found, ROOM);
    for (size_t i = 0; i < bytes; i++)
        lines += data[i] == '\n';
    MUST(count <= lines);
    for (size_t i = 0; i < count && i < ROOM; i++) {
        MUST(found[i].line >= 1 && found[i].line <= lines);
        MUST(found[i].name[0] && memchr(found[i].name, '\0', sizeof found[i].name));
    }
    return 0;
}
