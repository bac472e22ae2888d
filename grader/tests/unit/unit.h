/* unit.h - for every unit test: cmocka, and dice that fall the same way on every machine. */
#ifndef UNIT_H
#define UNIT_H

/* cmocka.h wants these four in front of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fill.h"
#include <math.h>

/* A number from 0 to sides - 1; `state` may start anywhere. */
static inline uint64_t dice(uint64_t *state, uint64_t sides)
{
    return fill_mix((*state)++) % sides;
}

/* Doubles that should be equal but for rounding. */
#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-9)

#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif
