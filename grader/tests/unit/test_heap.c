/*
 * test_heap.c - promised: the heap behaves as memory from a real kernel does, and the referee
 * sees what was written past the break and counts the pages that were touched.
 */
#include "unit.h"

#include "heap.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define ROOM ((uint64_t)1 << 30)

static int open_heap(void **state)
{
    static struct heap heap;
    *state = &heap;
    return heap_open(&heap, ROOM) ? 0 : -1;
}

static int close_heap(void **state)
{
    heap_close(*state);
    return 0;
}

static void test_heap__opens_empty(void **state)
{
    struct heap *heap = *state;
    assert_int_equal(heap->brk.size, 0);
    assert_int_equal(heap->file, 0);
    assert_int_equal(heap_resident(heap), 0);
    assert_int_equal(heap_pages_touched(heap), 0);
    assert_int_equal(heap_check_slack(heap), HEAP_NOWHERE);
}

static void test_heap__more_room_than_a_machine_has(void **state)
{
    (void)state;
    struct heap heap;
    assert_false(heap_open(&heap, (uint64_t)1 << 60));
}

static void test_heap__pages_follow_the_break(void **state)
{
    struct heap *heap = *state;
    assert_int_equal(heap_move_break(heap, 1), 0);
    assert_int_equal(heap->file, heap->page);
    assert_int_equal(heap_move_break(heap, (int64_t)heap->page), 0);
    assert_int_equal(heap->file, 2 * heap->page);
    assert_int_equal(heap_move_break(heap, -2), 0);
    assert_int_equal(heap->file, heap->page);
    assert_int_equal(heap_move_break(heap, 1 - (int64_t)heap->page), 0);
    assert_int_equal(heap->file, 0);
}

static void test_heap__limits_leave_it_as_it_was(void **state)
{
    struct heap *heap = *state;
    heap_move_break(heap, 100);
    assert_int_equal(heap_move_break(heap, (int64_t)ROOM), ENOMEM);
    assert_int_equal(heap_move_break(heap, -101), EINVAL);
    assert_int_equal(heap_move_break(heap, INT64_MIN), EINVAL);
    assert_int_equal(heap->brk.size, 100);
    assert_int_equal(heap->file, heap->page);
    assert_int_equal(heap_move_break(heap, (int64_t)ROOM - 100), 0);
}

static void test_heap__what_is_written_past_the_break_is_found_once(void **state)
{
    struct heap *heap = *state;
    heap_move_break(heap, 100);
    heap->view[99] = 1;
    assert_int_equal(heap_check_slack(heap), HEAP_NOWHERE);
    heap->view[heap->page - 1] ^= 1;
    assert_int_equal(heap_check_slack(heap), heap->page - 1);
    assert_int_equal(heap_check_slack(heap), HEAP_NOWHERE);
    heap->view[200] ^= 1;
    heap->view[100] ^= 1;
    assert_int_equal(heap_check_slack(heap), 100);
    heap->view[heap->page - 1] = 0; /* a zero is damage too */
    assert_int_equal(heap_check_slack(heap), heap->page - 1);
}

static void test_heap__what_was_left_in_the_last_page_stays(void **state)
{
    struct heap *heap = *state;
    heap_move_break(heap, 200);
    memset(heap->view, 7, 200);
    heap_move_break(heap, -150);
    assert_int_equal(heap_check_slack(heap), HEAP_NOWHERE); /* left behind, not written now */
    heap->view[120] ^= 1;
    assert_int_equal(heap_check_slack(heap), 120);
    heap_move_break(heap, 150);
    assert_int_equal(heap->view[119], 7);
    assert_int_equal(heap->view[120], 7); /* damage is reported, not kept */
    assert_int_equal(heap->view[199], 7);
}

static void test_heap__pages_come_back_zero(void **state)
{
    struct heap *heap = *state;
    size_t page = heap->page;
    heap_move_break(heap, 4 * (int64_t)page);
    memset(heap->view, 7, 4 * page);
    heap_move_break(heap, 8 - 3 * (int64_t)page); /* a page and 8 bytes remain */
    heap_move_break(heap, 3 * (int64_t)page - 8);
    for (size_t i = 0; i < 4 * page; i++)
        assert_int_equal(heap->view[i], i < 2 * page ? 7 : 0);
}

static void test_heap__every_page_touched_counts_once(void **state)
{
    struct heap *heap = *state;
    int64_t page = (int64_t)heap->page;
    heap_move_break(heap, 100 * page);
    heap->view[0] = heap->view[1] = heap->view[2 * page] = heap->view[99 * page] = 1;
    assert_int_equal(heap_pages_touched(heap), 3);
    heap_move_break(heap, -50 * page); /* the last of them is given back */
    assert_int_equal(heap_pages_touched(heap), 3);
    heap_move_break(heap, 50 * page);
    heap->view[99 * page] = heap->view[98 * page] = 1;
    assert_int_equal(heap_pages_touched(heap), 4);
}

/* The referee looks at the rest of the last page; that is not the allocator's doing. */
static void test_heap__moving_the_break_touches_no_page(void **state)
{
    struct heap *heap = *state;
    for (int i = 0; i < 10; i++)
        heap_move_break(heap, 10 * (int64_t)heap->page + 8);
    assert_int_equal(heap_check_slack(heap), HEAP_NOWHERE);
    assert_int_equal(heap_pages_touched(heap), 0);
}

static void test_heap__pages_that_exist_are_found(void **state)
{
    struct heap *heap = *state;
    uint64_t start, end, page = heap->page;
    heap_move_break(heap, 100 * (int64_t)page);
    assert_false(heap_next_data(heap, 0, 100 * page, &start, &end));
    heap->view[10 * page + 5] = heap->view[11 * page] = 1;
    assert_true(heap_next_data(heap, 0, 100 * page, &start, &end));
    assert_int_equal(start, 10 * page);
    assert_int_equal(end, 12 * page);
    assert_true(heap_next_data(heap, 10 * page + 3, 11 * page - 7, &start, &end));
    assert_int_equal(start, 10 * page + 3);
    assert_int_equal(end, 11 * page - 7);
    assert_false(heap_next_data(heap, 0, 10 * page, &start, &end));
    assert_false(heap_next_data(heap, 12 * page, 100 * page, &start, &end));
    assert_false(heap_next_data(heap, 11 * page, 11 * page, &start, &end));
}

static void test_heap__dropped_pages_read_as_zero(void **state)
{
    struct heap *heap = *state;
    uint64_t page = heap->page;
    heap_move_break(heap, 10 * (int64_t)page);
    memset(heap->view, 7, 10 * page);
    heap_drop(heap, 2 * page, 9 * page);
    assert_int_equal(heap_resident(heap), 3 * page);
    assert_int_equal(heap->view[2 * page - 1], 7);
    assert_int_equal(heap->view[2 * page], 0);
    assert_int_equal(heap->view[9 * page - 1], 0);
    assert_int_equal(heap->view[9 * page], 7);
}

static void test_heap__bytes_in_and_out(void **state)
{
    struct heap *heap = *state;
    char bytes[] = "some bytes", back[sizeof bytes];
    heap_move_break(heap, 3 * (int64_t)heap->page);
    heap_write(heap, heap->page - 3, bytes, sizeof bytes);
    assert_memory_equal(heap->view + heap->page - 3, bytes, sizeof bytes);
    heap_read(heap, heap->page - 3, back, sizeof back);
    assert_memory_equal(back, bytes, sizeof bytes);
    heap_zero(heap, heap->page);
    heap_read(heap, heap->page - 3, back, sizeof back);
    assert_memory_equal(back, "som\0\0\0\0\0\0\0", sizeof back);
    heap_zero(heap, 0);
    heap_read(heap, heap->page - 3, back, sizeof back);
    assert_int_equal(back[0], 0);
    assert_int_equal(heap_resident(heap), 2 * heap->page); /* the pages stay */
}

/* The kernel left to itself would take the highest of the free places. */
static void test_heap__the_next_ones_are_where_the_last_were(void **state)
{
    (void)state;
    struct heap heap;
    void *above =
        mmap(NULL, 2 * ROOM, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(above, MAP_FAILED);
    struct heap other;
    assert_true(heap_open(&heap, ROOM) && heap_open(&other, ROOM));
    uint8_t *place = heap.view, *other_place = other.view;
    heap_close(&other);
    heap_close(&heap);
    munmap(above, 2 * ROOM);
    assert_true(heap_open(&heap, ROOM) && heap_open(&other, ROOM));
    assert_ptr_equal(heap.view, place);
    assert_ptr_equal(other.view, other_place);
    heap_close(&other);
    heap_close(&heap);
}

static void test_heap__pages_that_are_expected_are_those_to_be_written(void **state)
{
    struct heap *heap = *state;
    uint64_t page = heap->page;
    heap_move_break(heap, 64 * (int64_t)page);
    heap_expect(heap, 2 * page + 8, 5 * page - 8);
    assert_true(heap_resident(heap) <= 3 * page); /* 0 where the kernel makes none ahead */
    heap_expect(heap, 3 * page, 6 * page);        /* one is new */
    heap_expect(heap, page, page);                /* nothing */
    assert_true(heap_resident(heap) <= 4 * page);
    memset(heap->view + 2 * page, 7, 4 * page);
    assert_int_equal(heap_resident(heap), 4 * page);
    heap_move_break(heap, -63 * (int64_t)page);
    heap_move_break(heap, 63 * (int64_t)page);
    heap_expect(heap, 2 * page, 4 * page);
    assert_true(heap_resident(heap) <= 2 * page);
    assert_int_equal(heap->view[2 * page], 0);
}

#define HEAP_TEST(test) cmocka_unit_test_setup_teardown(test, open_heap, close_heap)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HEAP_TEST(test_heap__opens_empty),
        cmocka_unit_test(test_heap__more_room_than_a_machine_has),
        HEAP_TEST(test_heap__pages_follow_the_break),
        HEAP_TEST(test_heap__limits_leave_it_as_it_was),
        HEAP_TEST(test_heap__what_is_written_past_the_break_is_found_once),
        HEAP_TEST(test_heap__what_was_left_in_the_last_page_stays),
        HEAP_TEST(test_heap__pages_come_back_zero),
        HEAP_TEST(test_heap__every_page_touched_counts_once),
        HEAP_TEST(test_heap__moving_the_break_touches_no_page),
        HEAP_TEST(test_heap__pages_that_exist_are_found),
        HEAP_TEST(test_heap__pages_that_are_expected_are_those_to_be_written),
        HEAP_TEST(test_heap__dropped_pages_read_as_zero),
        HEAP_TEST(test_heap__bytes_in_and_out),
        cmocka_unit_test(test_heap__the_next_ones_are_where_the_last_were),
    };
    return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
