/* Tests of bench/breakmap.c: where mappings lie, and what becomes of the break. */
#include "unit.h"

#include "../../bench/breakmap.c"

enum { PAGE = 4096, PAGES = 64 };

static _Alignas(PAGE) char arena[PAGES * PAGE];
static size_t arena_break;

void *mem_sbrk(intptr_t increment)
{
    size_t old = arena_break;
    if (increment > (intptr_t)(sizeof arena - old))
        return FAILED;
    arena_break += (size_t)increment;
    return arena + old;
}

int mem_brk(void *address)
{
    arena_break = (size_t)((char *)address - arena);
    return 0;
}

size_t mem_pagesize(void)
{
    return PAGE;
}

static int empty(void **state)
{
    (void)state;
    memset(arena, 0, sizeof arena);
    arena_break = hole_count = 0;
    return 0;
}

static char *map_pages(size_t pages)
{
    return break_mmap(NULL, pages * PAGE, 0, 0, -1, 0);
}

static void test_mmap__raises_the_break(void **state)
{
    (void)state;
    assert_ptr_equal(map_pages(3), arena);
    assert_ptr_equal(map_pages(1), arena + 3 * PAGE);
    assert_int_equal(arena_break, 4 * PAGE);
}

static void test_mmap__begins_on_a_page_behind_an_odd_break(void **state)
{
    (void)state;
    break_sbrk(24);
    assert_ptr_equal(map_pages(1), arena + PAGE);
}

static void test_mmap__refuses_what_the_heap_cannot_hold(void **state)
{
    (void)state;
    assert_ptr_equal(map_pages(PAGES + 1), FAILED);
    assert_ptr_equal(break_mmap(NULL, SIZE_MAX, 0, 0, -1, 0), FAILED);
    assert_ptr_equal(break_mmap(NULL, 0, 0, 0, -1, 0), FAILED);
    assert_int_equal(arena_break, 0);
}

static void test_munmap__lowers_the_break_at_the_top(void **state)
{
    (void)state;
    char *low = map_pages(2), *high = map_pages(2);
    break_munmap(high, 2 * PAGE);
    assert_int_equal(arena_break, 2 * PAGE);
    break_munmap(low, 2 * PAGE);
    assert_int_equal(arena_break, 0);
}

static void test_munmap__top_takes_the_hole_below_along(void **state)
{
    (void)state;
    char *low = map_pages(2), *high = map_pages(2);
    break_munmap(low, 2 * PAGE);
    assert_int_equal(arena_break, 4 * PAGE);
    break_munmap(high, 2 * PAGE);
    assert_int_equal(arena_break, 0);
    assert_int_equal(hole_count, 0);
}

static void test_mmap__uses_a_hole_and_finds_it_zero(void **state)
{
    (void)state;
    char *low = map_pages(3), *high = map_pages(1);
    memset(low, 7, 3 * PAGE);
    *high = 7;
    break_munmap(low, 3 * PAGE);
    assert_ptr_equal(map_pages(1), low);
    assert_ptr_equal(map_pages(2), low + PAGE);
    assert_ptr_equal(map_pages(1), high + PAGE);
    for (size_t i = 0; i < 3 * PAGE; i++)
        assert_int_equal(low[i], 0);
    assert_int_equal(*high, 7);
}

static void test_munmap__parts_join_to_one_hole(void **state)
{
    (void)state;
    char *low = map_pages(3);
    map_pages(1);
    break_munmap(low, PAGE);
    break_munmap(low + 2 * PAGE, PAGE);
    break_munmap(low + PAGE, PAGE);
    assert_int_equal(hole_count, 1);
    assert_ptr_equal(map_pages(3), low);
}

static void test_mremap__grows_in_place_or_moves_with_its_bytes(void **state)
{
    (void)state;
    char *low = map_pages(1);
    assert_ptr_equal(break_mremap(low, PAGE, 2 * PAGE, MAY_MOVE), low);
    low[PAGE] = 5;
    map_pages(1);
    char *moved = break_mremap(low, 2 * PAGE, 3 * PAGE, MAY_MOVE);
    assert_ptr_equal(moved, arena + 3 * PAGE);
    assert_int_equal(moved[PAGE], 5);
    assert_ptr_equal(map_pages(2), low);
    assert_ptr_equal(break_mremap(low, 2 * PAGE, 4 * PAGE, 0), FAILED);
}

static void test_mremap__gives_back_its_end(void **state)
{
    (void)state;
    char *low = map_pages(4);
    assert_ptr_equal(break_mremap(low, 4 * PAGE, PAGE, MAY_MOVE), low);
    assert_int_equal(arena_break, PAGE);
}

static void test_madvise__only_pages_not_needed_are_cleared(void **state)
{
    (void)state;
    char *low = map_pages(2);
    memset(low, 7, 2 * PAGE);
    break_madvise(low, PAGE, DONT_NEED);
    break_madvise(low + PAGE, PAGE, DONT_NEED + 4);
    assert_int_equal(low[PAGE - 1], 0);
    assert_int_equal(low[PAGE], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_mmap__raises_the_break, empty),
        cmocka_unit_test_setup(test_mmap__begins_on_a_page_behind_an_odd_break, empty),
        cmocka_unit_test_setup(test_mmap__refuses_what_the_heap_cannot_hold, empty),
        cmocka_unit_test_setup(test_munmap__lowers_the_break_at_the_top, empty),
        cmocka_unit_test_setup(test_munmap__top_takes_the_hole_below_along, empty),
        cmocka_unit_test_setup(test_mmap__uses_a_hole_and_finds_it_zero, empty),
        cmocka_unit_test_setup(test_munmap__parts_join_to_one_hole, empty),
        cmocka_unit_test_setup(test_mremap__grows_in_place_or_moves_with_its_bytes, empty),
        cmocka_unit_test_setup(test_mremap__gives_back_its_end, empty),
        cmocka_unit_test_setup(test_madvise__only_pages_not_needed_are_cleared, empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
