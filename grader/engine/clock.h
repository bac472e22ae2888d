/* clock.h - the referee's own clock. Student code never reads or sets it. */
#ifndef CLOCK_H
#define CLOCK_H

#include <time.h>

/* Seconds of steady wall time from an arbitrary start. */
static inline double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#endif
