/*
 * coverage.h - for `make kit-coverage`, included before workers.c: a worker that ends by
 * _exit() would take with it what it has counted.
 */
#ifndef COVERAGE_H
#define COVERAGE_H

#include <unistd.h>

void __gcov_dump(void);

#define _exit(status) (__gcov_dump(), _exit(status))

#endif
