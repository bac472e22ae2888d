#include "draw.h"
#include "fill.h"

uint64_t draw_bits(uint64_t *state)
{
    uint64_t bits = fill_mix(*state);
    *state += 0x9e3779b97f4a7c15u;
    return bits;
}

/* Bits from the last, incomplete run of n are thrown away. */
uint64_t draw_below(uint64_t *state, uint64_t n)
{
    uint64_t bits, result;
    do {
        bits = draw_bits(state);
        result = bits % n;
    } while (bits - result > UINT64_MAX - (n - 1));
    return result;
}

uint64_t draw_between(uint64_t *state, uint64_t low, uint64_t high)
{
    return high - low == UINT64_MAX ? draw_bits(state)
                                    : low + draw_below(state, high - low + 1);
}
