/*
 * test_fill.c - promised: a stretch is written and nothing beside it; one changed byte is
 * found where it is; bytes of another key or place are never taken for the right ones.
 */
#include "unit.h"

#include "fill.h"
#include <string.h>

enum { LONGEST = 200, GUARD = 16, BUFFER = LONGEST + 2 * GUARD };

#define KEY 0x0123456789abcdefu

static void assert_untouched(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(bytes[i], 0x5a);
}

static void test_fill__every_length_and_offset(void **state)
{
    (void)state;
    for (uint64_t from = 0; from <= LONGEST; from += 8) {
        for (uint64_t length = 0; length <= LONGEST; length++) {
            uint8_t bytes[BUFFER];
            memset(bytes, 0x5a, sizeof bytes);
            fill_write(bytes + GUARD, from, from + length, KEY);
            assert_int_equal(fill_verify(bytes + GUARD, from, from + length, KEY),
                             from + length);
            assert_untouched(bytes, GUARD);
            assert_untouched(bytes + GUARD + length, BUFFER - GUARD - length);
        }
    }
}

static void test_fill__a_changed_byte_is_found_in_its_place(void **state)
{
    (void)state;
    for (uint64_t length = 1; length <= LONGEST; length++) {
        uint8_t bytes[LONGEST];
        fill_write(bytes, 64, 64 + length, KEY);
        for (uint64_t at = 0; at < length; at++) {
            bytes[at] ^= (uint8_t)(1 << at % 8);
            assert_int_equal(fill_verify(bytes, 64, 64 + length, KEY), 64 + at);
            bytes[at] ^= (uint8_t)(1 << at % 8);
        }
    }
}

static void test_fill__zeros_are_counted_up_to_another_byte(void **state)
{
    (void)state;
    uint8_t bytes[LONGEST] = {0};
    for (uint64_t length = 0; length <= LONGEST; length++) {
        assert_int_equal(fill_zeros(bytes, length), length);
        for (uint64_t at = 0; at < length; at++) {
            bytes[at] = (uint8_t)(1 << at % 8);
            assert_int_equal(fill_zeros(bytes, length), at);
            bytes[at] = 0;
        }
    }
}

static void test_fill__parts_make_the_whole(void **state)
{
    (void)state;
    uint8_t whole[LONGEST], parts[LONGEST];
    fill_write(whole, 0, LONGEST, KEY);
    for (uint64_t cut = 0; cut <= LONGEST; cut += 8) {
        fill_write(parts, 0, cut, KEY);
        fill_write(parts + cut, cut, LONGEST, KEY);
        assert_memory_equal(parts, whole, LONGEST);
    }
}

static void test_fill__another_key_does_not_match(void **state)
{
    (void)state;
    uint8_t bytes[LONGEST];
    for (uint64_t key = 0; key < 2000; key++) {
        fill_write(bytes, 0, LONGEST, key);
        assert_true(fill_verify(bytes, 0, LONGEST, key + 1) < 8);
        assert_true(fill_verify(bytes, 0, LONGEST, ~key) < 8);
    }
}

static void test_fill__another_place_does_not_match(void **state)
{
    (void)state;
    static uint8_t bytes[8192];
    fill_write(bytes, 0, sizeof bytes, KEY);
    for (uint64_t shift = 1; shift < 4096; shift++)
        assert_true(fill_verify(bytes + shift, 0, 64, KEY) < 16);
}

static void test_fill__zeros_and_a_repeated_byte_do_not_match(void **state)
{
    (void)state;
    uint8_t bytes[LONGEST];
    for (int byte = 0; byte < 256; byte++) {
        memset(bytes, byte, sizeof bytes);
        assert_true(fill_verify(bytes, 0, LONGEST, KEY) < 16);
    }
}

/* Damage that is the same in each word must show, whichever byte of the word it hits. */
static void test_fill__each_byte_of_a_word_varies(void **state)
{
    (void)state;
    static uint8_t bytes[8 * 1024];
    fill_write(bytes, 0, sizeof bytes, KEY);
    for (size_t lane = 0; lane < 8; lane++) {
        size_t same = 0;
        for (size_t i = lane + 8; i < sizeof bytes; i += 8)
            same += bytes[i] == bytes[lane];
        assert_true(same < 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill__every_length_and_offset),
        cmocka_unit_test(test_fill__a_changed_byte_is_found_in_its_place),
        cmocka_unit_test(test_fill__zeros_are_counted_up_to_another_byte),
        cmocka_unit_test(test_fill__parts_make_the_whole),
        cmocka_unit_test(test_fill__another_key_does_not_match),
        cmocka_unit_test(test_fill__another_place_does_not_match),
        cmocka_unit_test(test_fill__zeros_and_a_repeated_byte_do_not_match),
        cmocka_unit_test(test_fill__each_byte_of_a_word_varies),
    };
    return cmocka_run_group_tests_name("fill", tests, NULL, NULL);
}
