/* test_draw.c - promised: SplitMix64's own numbers, and every number of a range, evenly. */
#include "unit.h"

#include "draw.h"

/* As Java's SplittableRandom, the same generator, gives them for the seed 1234567. */
static void test_draw__the_numbers_of_splitmix64(void **state)
{
    (void)state;
    static const uint64_t known[] = {6457827717110365317u, 3203168211198807973u,
                                     9817491932198370423u, 4593380528125082431u,
                                     16408922859458223821u};
    uint64_t seed = 1234567;
    for (size_t i = 0; i < COUNT(known); i++)
        assert_true(draw_bits(&seed) == known[i]);
}

static void test_draw__each_number_of_a_range_is_as_likely(void **state)
{
    (void)state;
    enum { SIDES = 6, THROWS = 60000 };
    unsigned seen[SIDES] = {0};
    uint64_t seed = 1;
    for (int i = 0; i < THROWS; i++)
        seen[draw_below(&seed, SIDES)]++;
    for (int i = 0; i < SIDES; i++)
        assert_in_range(seen[i], THROWS / SIDES * 95 / 100, THROWS / SIDES * 105 / 100);
}

static void test_draw__ranges_reach_both_ends_and_no_further(void **state)
{
    (void)state;
    uint64_t seed = 2, low = 0, high = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t number = draw_between(&seed, UINT64_MAX - 3, UINT64_MAX);
        assert_true(number >= UINT64_MAX - 3);
        low += number == UINT64_MAX - 3;
        high += number == UINT64_MAX;
    }
    assert_true(low > 0 && high > 0);
    assert_true(draw_between(&seed, 7, 7) == 7);
    assert_true(draw_below(&seed, 1) == 0);
}

static void test_draw__all_numbers_at_once(void **state)
{
    (void)state;
    uint64_t seed = 9, same = 9;
    assert_true(draw_between(&seed, 0, UINT64_MAX) == draw_bits(&same));
    assert_true(seed == same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draw__the_numbers_of_splitmix64),
        cmocka_unit_test(test_draw__each_number_of_a_range_is_as_likely),
        cmocka_unit_test(test_draw__ranges_reach_both_ends_and_no_further),
        cmocka_unit_test(test_draw__all_numbers_at_once),
    };
    return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
