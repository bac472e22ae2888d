/* test_damage.c - promised: small damage outside of payloads, the same for the same number. */
#include "unit.h"

#include "damage.h"
#include <string.h>

enum { PAGE = 4096 };

static struct heap heap;
static struct shadow shadow;

/* Payloads at 16..115 and 256..271; an empty one at 512; the break at 600. */
static int open_heap(void **state)
{
    (void)state;
    const struct payload payloads[] = {{.start = 16, .size = 100, .id = 3, .line = 5},
                                       {.start = 256, .size = 16, .id = 4, .line = 6},
                                       {.start = 512, .size = 0, .id = 5, .line = 7}};
    shadow = (struct shadow){0};
    for (size_t i = 0; i < 3; i++)
        shadow_add(&shadow, &payloads[i]);
    return heap_open(&heap, PAGE) && heap_move_break(&heap, 600) == 0 ? 0 : -1;
}

static int close_heap(void **state)
{
    (void)state;
    heap_close(&heap);
    shadow_clear(&shadow);
    return 0;
}

static bool is_payload(uint64_t at)
{
    return (at >= 16 && at < 116) || (at >= 256 && at < 272) || at == 512;
}

static void test_damage__only_outside_of_payloads_and_below_the_break(void **state)
{
    (void)state;
    bool seen[600] = {false};
    for (uint64_t n = 0; n < 20000; n++) {
        struct damage damage;
        assert_true(damage_do(&damage, &heap, &shadow, n));
        for (uint64_t i = 0; i < (damage.is_word ? 8 : 1); i++) {
            assert_true(damage.at + i < 600);
            assert_false(is_payload(damage.at + i));
            seen[damage.at + i] = true;
        }
        assert_true(damage.before != damage.now);
    }
    for (uint64_t at = 0; at < 600; at++)
        assert_true(seen[at] != is_payload(at));
}

static void test_damage__the_same_for_the_same_number(void **state)
{
    (void)state;
    struct damage first, second;
    char one[320], two[320];
    uint8_t before[600];
    memcpy(before, heap.view, sizeof before);
    damage_do(&first, &heap, &shadow, 42);
    memcpy(heap.view, before, sizeof before);
    damage_do(&second, &heap, &shadow, 42);
    assert_string_equal(damage_describe(&first, one), damage_describe(&second, two));
}

static void test_damage__one_bit_or_one_word(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < 200; n++) {
        struct damage damage;
        uint8_t before[600];
        memcpy(before, heap.view, sizeof before);
        damage_do(&damage, &heap, &shadow, n);
        size_t changed = 0;
        for (size_t i = 0; i < sizeof before; i++)
            changed += before[i] != heap.view[i];
        assert_true(changed >= 1 && changed <= (damage.is_word ? 8 : 1));
        if (!damage.is_word)
            assert_int_equal(__builtin_popcountll(damage.before ^ damage.now), 1);
    }
}

static void test_damage__says_where(void **state)
{
    (void)state;
    struct damage damage;
    char text[320];
    for (uint64_t n = 0; n < 3000; n++) {
        damage_do(&damage, &heap, &shadow, n);
        damage_describe(&damage, text);
        if (damage.at == 248)
            assert_non_null(
                strstr(text, "heap+0xf8 (8 bytes below block 4, which line 6 made)"));
        if (damage.at == 116)
            assert_non_null(strstr(text, "(1 bytes past the end of block 3"));
    }
}

static void test_damage__needs_a_byte(void **state)
{
    (void)state;
    struct shadow full = {0};
    struct damage damage;
    shadow_add(&full, &(struct payload){.start = 0, .size = 600});
    assert_false(damage_do(&damage, &heap, &full, 1));
    shadow_clear(&full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_damage__only_outside_of_payloads_and_below_the_break, open_heap, close_heap),
        cmocka_unit_test_setup_teardown(test_damage__the_same_for_the_same_number, open_heap,
                                        close_heap),
        cmocka_unit_test_setup_teardown(test_damage__one_bit_or_one_word, open_heap,
                                        close_heap),
        cmocka_unit_test_setup_teardown(test_damage__says_where, open_heap, close_heap),
        cmocka_unit_test_setup_teardown(test_damage__needs_a_byte, open_heap, close_heap),
    };
    return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}
