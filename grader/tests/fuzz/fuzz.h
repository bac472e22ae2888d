/* fuzz.h - for every fuzz target: libFuzzer's entry point, and what must hold. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer calls it with any bytes; it returns 0, or the program crashes and is reported. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* A promise that is broken is a crash like any other. */
#define MUST(condition)                                                                        \
    do {                                                                                       \
        if (!(condition))                                                                      \
            abort();                                                                           \
    } while (0)

#endif
