/*
 * test_usage.c - promised: sizes that are live are summed, with their peak; what realloc must
 * keep and calloc must clear is verified at the next settling, and what is live at any time;
 * refused requests change nothing; who leaves out half of a copy of a large payload, or of its
 * clearing, or the end, is caught at once; a new pass knows nothing of the last one.
 */
#include "unit.h"

#include "usage.h"
#include <stdlib.h>
#include <string.h>

#define NOBODY UINT32_MAX

enum { IDS = 64, ROOM = 4 << 20, START = 0x10000 };

struct scene {
    struct usage usage;
    struct heap heap; /* only its view is used here */
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    scene->heap.view = calloc(ROOM, 1);
    usage_open(&scene->usage, IDS, START);
    usage_restart(&scene->usage);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    usage_close(&scene->usage);
    free(scene->heap.view);
    free(scene);
    return 0;
}

/* The allocator's answer is the payload at offset `at` of the heap. */
static void call(struct scene *scene, enum operation_kind kind, uint32_t id, uint64_t size,
                 uint64_t at)
{
    const struct operation op = {.kind = kind, .id = id, .count = 1, .size = size};
    const uint64_t pointer = START + at;
    usage_follow(&scene->usage, &op, &pointer, 1);
}

static void call_for_null(struct scene *scene, enum operation_kind kind, uint32_t id,
                          uint64_t size)
{
    call(scene, kind, id, size, (uint64_t)0 - START);
}

static uint32_t settle(struct scene *scene)
{
    return usage_settle(&scene->usage, &scene->heap);
}

static uint32_t verify(struct scene *scene)
{
    return usage_verify(&scene->usage, &scene->heap);
}

static void test_usage__live_bytes_and_their_peak(void **state)
{
    struct scene *s = *state;
    call(s, OP_MALLOC, 0, 100, 0);
    call(s, OP_CALLOC, 1, 60, 112);
    call(s, OP_REALLOC, 0, 300, 256);
    call(s, OP_FREE, 1, 0, 0);
    assert_true(s->usage.live == 300 && s->usage.peak == 360);
    call(s, OP_FREE, 0, 0, 0);
    call(s, OP_FREE, IDS, 0, 0); /* free(NULL) */
    assert_true(s->usage.live == 0 && s->usage.peak == 360 && s->usage.count == 0);
}

static void test_usage__the_runners_table_is_known(void **state)
{
    struct scene *s = *state;
    uint64_t blocks[IDS + 1], expected[IDS + 1] = {[1] = START + 112, [2] = START + 512};
    call(s, OP_MALLOC, 0, 100, 0);
    call(s, OP_MALLOC, 1, 60, 112);
    call(s, OP_MALLOC, 2, 60, 256);
    call(s, OP_REALLOC, 2, 600, 512);
    call_for_null(s, OP_REALLOC, 1, 1 << 20);
    call(s, OP_FREE, 0, 0, 0);
    memset(blocks, 7, sizeof blocks);
    usage_list(&s->usage, blocks, sizeof blocks);
    assert_memory_equal(blocks, expected, sizeof blocks);
}

static void test_usage__every_byte_of_a_live_payload_counts(void **state)
{
    struct scene *s = *state;
    const uint64_t places[] = {0, 1, 7, 8, 500, 998, 999};
    call(s, OP_MALLOC, 3, 1000, 64);
    call(s, OP_MALLOC, 4, 1000, 2048);
    assert_int_equal(settle(s), NOBODY);
    for (size_t i = 0; i < COUNT(places); i++) {
        s->heap.view[2048 + places[i]] ^= 1;
        assert_int_equal(verify(s), 4);
        s->heap.view[2048 + places[i]] ^= 1;
    }
    s->heap.view[64 + 1000] ^= 1; /* behind it */
    assert_int_equal(verify(s), NOBODY);
}

static void test_usage__calloc_must_clear(void **state)
{
    struct scene *s = *state;
    call(s, OP_CALLOC, 5, 64, 0);
    assert_int_equal(settle(s), NOBODY);
    s->heap.view[128 + 63] = 1;
    call(s, OP_CALLOC, 6, 64, 128);
    assert_int_equal(settle(s), 6);
    assert_int_equal(verify(s), NOBODY); /* told once, and then used like any other */
}

static void test_usage__realloc_must_keep(void **state)
{
    struct scene *s = *state;
    call(s, OP_MALLOC, 7, 100, 0);
    settle(s);
    memcpy(s->heap.view + 512, s->heap.view, 100);
    call(s, OP_REALLOC, 7, 200, 512);
    assert_int_equal(settle(s), NOBODY);
    memcpy(s->heap.view + 1024, s->heap.view + 512, 49); /* one byte is missing */
    call(s, OP_REALLOC, 7, 50, 1024);
    assert_int_equal(settle(s), 7);
}

/* Between two settlings a payload may move more than once, or come and go. */
static void test_usage__only_what_is_left_in_the_end_is_used(void **state)
{
    struct scene *s = *state;
    call(s, OP_MALLOC, 8, 80, 0);
    settle(s);
    call(s, OP_REALLOC, 8, 40, 256);
    call(s, OP_REALLOC, 8, 80, 512);
    memcpy(s->heap.view + 512, s->heap.view, 40);
    call(s, OP_CALLOC, 9, 16, 1024);
    s->heap.view[1024] = 1;
    call(s, OP_FREE, 9, 0, 0);
    assert_int_equal(settle(s), NOBODY);
    assert_int_equal(s->heap.view[1024], 1);
}

static void test_usage__refused_requests_change_nothing(void **state)
{
    struct scene *s = *state;
    call(s, OP_MALLOC, 10, 48, 0);
    settle(s);
    call_for_null(s, OP_MALLOC, 11, (uint64_t)1 << 60);
    call_for_null(s, OP_REALLOC, 10, (uint64_t)1 << 60);
    call_for_null(s, OP_MALLOC, 12, 0); /* nothing was refused here */
    assert_int_equal(s->usage.refused, 2);
    assert_true(s->usage.live == 48);
    s->heap.view[47] ^= 1;
    assert_int_equal(verify(s), 10);
    call_for_null(s, OP_REALLOC, 10, 0); /* a free */
    assert_true(s->usage.live == 0);
}

/*
 * A large payload moves to the other half of the heap. Of it come along its first part, and
 * from <= i < to.
 */
static uint32_t move_large(struct scene *s, uint64_t size, uint64_t from, uint64_t to)
{
    memset(s->heap.view, 0, ROOM);
    call(s, OP_MALLOC, 13, size, 0);
    assert_int_equal(settle(s), NOBODY);
    memcpy(s->heap.view + ROOM / 2 + from, s->heap.view + from, to - from);
    if (from > 0)
        memcpy(s->heap.view + ROOM / 2, s->heap.view, USAGE_PART);
    call(s, OP_REALLOC, 13, size + 1000, ROOM / 2);
    return settle(s);
}

/* Once a grade in ten saw none of it: no place was looked at but the beginning. */
static void test_usage__who_leaves_out_half_of_a_copy_is_caught_at_once(void **state)
{
    struct scene *s = *state;
    for (uint64_t size = USAGE_WHOLE + 1; size < ROOM / 2 - 1000; size += size / 9) {
        assert_int_equal(move_large(s, size, 0, size), NOBODY);
        assert_int_equal(move_large(s, size, 0, USAGE_PART), 13);
        assert_int_equal(move_large(s, size, 0, size / 2), 13);
        assert_int_equal(move_large(s, size, (size + USAGE_PART) / 2, size), 13);
    }
}

/* The most natural fault: a header's length too little, or a part that is not whole. */
static void test_usage__who_leaves_out_the_end_of_a_copy_is_caught_at_once(void **state)
{
    struct scene *s = *state;
    for (uint64_t size = USAGE_WHOLE + 1; size < ROOM / 2 - 1000; size += size / 9) {
        assert_int_equal(move_large(s, size, 0, size - 8), 13);
        assert_int_equal(move_large(s, size, 0, size - size / 8), 13);
    }
}

/* Of five blocks one shows it. */
static void test_usage__who_leaves_out_less_is_caught_later(void **state)
{
    struct scene *s = *state;
    const uint64_t size = 1 << 20;
    uint32_t caught = NOBODY;
    for (int tries = 0; tries < 200 && caught == NOBODY; tries++)
        caught = move_large(s, size, size / 8, size);
    assert_int_equal(caught, 13);
}

/* Who clears only the beginning finds zeros nearly everywhere else. */
static void test_usage__calloc_must_clear_what_a_large_payload_left(void **state)
{
    struct scene *s = *state;
    for (uint64_t size = USAGE_WHOLE + 1; size < ROOM; size += size / 5) {
        memset(s->heap.view, 0, ROOM);
        call(s, OP_MALLOC, 14, size, 0);
        assert_int_equal(settle(s), NOBODY);
        call(s, OP_FREE, 14, 0, 0);
        memset(s->heap.view, 0, size / 2);
        call(s, OP_CALLOC, 15, size, 0);
        assert_int_equal(settle(s), 15);
        call(s, OP_FREE, 15, 0, 0);
        memset(s->heap.view, 0, size - 8);
        call(s, OP_CALLOC, 15, size, 0);
        assert_int_equal(settle(s), 15);
        call(s, OP_FREE, 15, 0, 0);
        memset(s->heap.view, 0, size);
        call(s, OP_CALLOC, 15, size, 0);
        assert_int_equal(settle(s), NOBODY);
    }
}

/* What lies there from the last time must not pass for a copy. */
static void test_usage__a_payload_that_comes_back_must_be_copied(void **state)
{
    struct scene *s = *state;
    call(s, OP_MALLOC, 16, 1000, 0);
    settle(s);
    memcpy(s->heap.view + 2048, s->heap.view, 1000);
    call(s, OP_REALLOC, 16, 1000, 2048);
    assert_int_equal(settle(s), NOBODY);
    call(s, OP_REALLOC, 16, 1000, 0);
    assert_int_equal(settle(s), 16);
}

static void test_usage__a_whole_copy_of_a_large_payload_is_good(void **state)
{
    struct scene *s = *state;
    const uint64_t size = 1 << 20;
    for (uint32_t id = 0; id < 20; id++) {
        call(s, OP_MALLOC, id, size, 0);
        assert_int_equal(settle(s), NOBODY);
        memcpy(s->heap.view + size, s->heap.view, size);
        call(s, OP_REALLOC, id, size - id * 1000, size);
        assert_int_equal(settle(s), NOBODY);
        assert_int_equal(verify(s), NOBODY);
        call(s, OP_FREE, id, 0, 0);
    }
}

static void test_usage__a_new_pass_begins_with_nothing(void **state)
{
    struct scene *s = *state;
    uint8_t before[64];
    call(s, OP_MALLOC, 1, sizeof before, 0);
    settle(s);
    memcpy(before, s->heap.view, sizeof before);
    usage_restart(&s->usage);
    assert_true(s->usage.live == 0 && s->usage.count == 0);
    memset(s->heap.view, 0, sizeof before);
    assert_int_equal(verify(s), NOBODY);
    call(s, OP_MALLOC, 1, sizeof before, 0);
    settle(s);
    assert_memory_not_equal(s->heap.view, before, sizeof before);
}

int main(void)
{
#define ON_A_SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_A_SCENE(test_usage__live_bytes_and_their_peak),
        ON_A_SCENE(test_usage__the_runners_table_is_known),
        ON_A_SCENE(test_usage__every_byte_of_a_live_payload_counts),
        ON_A_SCENE(test_usage__calloc_must_clear),
        ON_A_SCENE(test_usage__realloc_must_keep),
        ON_A_SCENE(test_usage__only_what_is_left_in_the_end_is_used),
        ON_A_SCENE(test_usage__refused_requests_change_nothing),
        ON_A_SCENE(test_usage__who_leaves_out_half_of_a_copy_is_caught_at_once),
        ON_A_SCENE(test_usage__who_leaves_out_the_end_of_a_copy_is_caught_at_once),
        ON_A_SCENE(test_usage__who_leaves_out_less_is_caught_later),
        ON_A_SCENE(test_usage__calloc_must_clear_what_a_large_payload_left),
        ON_A_SCENE(test_usage__a_payload_that_comes_back_must_be_copied),
        ON_A_SCENE(test_usage__a_whole_copy_of_a_large_payload_is_good),
        ON_A_SCENE(test_usage__a_new_pass_begins_with_nothing),
    };
    return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
