#include "fill.h"
#include <string.h>

static uint64_t step_of(uint64_t key)
{
    return fill_mix(key) | 1;
}

static uint64_t load(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static uint64_t word_at(uint64_t from, uint64_t key, uint64_t step)
{
    return key + from / 8 * step;
}

void fill_write(uint8_t *at, uint64_t from, uint64_t to, uint64_t key)
{
    uint64_t step = step_of(key), word = word_at(from, key, step);
    size_t bytes = to - from, i = 0;
    for (; i + 32 <= bytes; i += 32, word += 4 * step) {
        uint64_t four[4] = {word, word + step, word + 2 * step, word + 3 * step};
        memcpy(at + i, four, sizeof four);
    }
    for (; i + 8 <= bytes; i += 8, word += step)
        memcpy(at + i, &word, sizeof word);
    memcpy(at + i, &word, bytes - i);
}

/* How many bytes of the stretch match, in whole blocks of 32, before one does not. */
static size_t matching_blocks(const uint8_t *at, size_t bytes, uint64_t word, uint64_t step)
{
    size_t i = 0;
    for (; i + 32 <= bytes; i += 32, word += 4 * step) {
        uint64_t wrong = (load(at + i) ^ word) | (load(at + i + 8) ^ (word + step)) |
                         (load(at + i + 16) ^ (word + 2 * step)) |
                         (load(at + i + 24) ^ (word + 3 * step));
        if (wrong)
            break;
    }
    return i;
}

uint64_t fill_zeros(const uint8_t *at, uint64_t bytes)
{
    size_t i = matching_blocks(at, bytes, 0, 0);
    while (i < bytes && at[i] == 0)
        i++;
    return i;
}

uint64_t fill_verify(const uint8_t *at, uint64_t from, uint64_t to, uint64_t key)
{
    uint64_t step = step_of(key);
    size_t bytes = to - from;
    size_t i = matching_blocks(at, bytes, word_at(from, key, step), step);
    for (; i < bytes; i++) {
        uint64_t word = word_at(from + i, key, step);
        if (at[i] != ((const uint8_t *)&word)[i % 8])
            return from + i;
    }
    return to;
}
