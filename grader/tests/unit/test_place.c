/* test_place.c - promised: every address has words, by the nearest block or the break. */
#include "unit.h"

#include "place.h"

static struct shadow two_blocks(void)
{
    struct shadow shadow = {0};
    shadow_add(&shadow, &(struct payload){.start = 64, .size = 20, .id = 7});
    shadow_add(&shadow, &(struct payload){.start = 1024, .size = 0, .id = 12});
    return shadow;
}

static void test_place__words(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset;
        const char *words;
    } places[] = {{64, "byte 0 of block 7 (20 bytes)"},
                  {83, "byte 19 of block 7 (20 bytes)"},
                  {84, "0 bytes into free memory after block 7"},
                  {87, "3 bytes into free memory after block 7"},
                  {48, "16 bytes below block 7"},
                  {8, "in free memory, 56 bytes below block 7"},
                  {1023, "1 bytes below block 12"},
                  {1024, "byte 0 of block 12 (0 bytes)"},
                  {1040, "15 bytes into free memory after block 12"},
                  {4096, "at the program break"},
                  {4100, "4 bytes above the program break"}};
    struct shadow shadow = two_blocks();
    char text[96];
    for (size_t i = 0; i < COUNT(places); i++)
        assert_string_equal(place_describe(&shadow, places[i].offset, 4096, text),
                            places[i].words);
    shadow_clear(&shadow);
    assert_string_equal(place_describe(&shadow, 5, 4096, text),
                        "in a heap without live blocks");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_place__words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
