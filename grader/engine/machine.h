/* machine.h - what the grade was made on, in words for the record. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/* The processor: "AMD EPYC 7B13", or the architecture where the kernel names no model. */
void machine_processor(char *text, size_t bytes);

/* "Linux 6.1.0 x86_64". */
void machine_system(char *text, size_t bytes);

/*
 * The compiler's name and version, the first line of `command --version`. Returns false
 * when there is no such compiler.
 */
bool machine_compiler(const char *command, char *text, size_t bytes);

#endif
