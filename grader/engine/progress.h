/* progress.h - a line on the terminal that says what is being done, and is written over. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stddef.h>

/*
 * Says that `what` is done to `name`, number `at` (from 0) of `of`. Does nothing where stderr
 * is no terminal. `name` may hold any bytes.
 */
void progress_show(const char *what, const char *name, size_t at, size_t of);

/* Removes the line. */
void progress_end(void);

#endif
