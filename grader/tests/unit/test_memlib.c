/*
 * test_memlib.c - promised: mem_sbrk and its kin do what memlib.h says, on the runner's
 * side, in a timed run (the break is local) and in a checked one (it is asked for).
 *
 * The test takes runner.c's part: it owns the orders and the heap, and answers requests.
 */
#include "unit.h"

#include "memlib.h"
#include "runner.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define LIMIT ((uint64_t)1 << 20)
#define PAGE  ((size_t)4096)

static struct orders orders = {.page = PAGE};
static struct replies replies;
static struct runner state_of_runner = {.orders = &orders, .replies = &replies};
struct runner *runner = &state_of_runner;
static char *heap;
static unsigned requests;

/* The referee's part: it answers a request to move the break with orders.error. */
void runner_reply(enum reply_kind kind)
{
    assert_int_equal(kind, REPLY_BREAK);
    requests++;
}

static int open_heap(bool local)
{
    heap = mmap(NULL, 2 * LIMIT, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    orders.heap_start = (uint64_t)(uintptr_t)heap;
    orders.heap_room = LIMIT;
    orders.local_break = local;
    orders.error = 0;
    requests = 0;
    memlib_reset();
    return heap == MAP_FAILED;
}

static int open_local(void **state)
{
    (void)state;
    return open_heap(true);
}

static int open_asking(void **state)
{
    (void)state;
    return open_heap(false);
}

static int close_heap(void **state)
{
    (void)state;
    return munmap(heap, 2 * LIMIT);
}

static const void *const failed = (void *)-1;

static void test_memlib__an_empty_heap(void **state)
{
    (void)state;
    assert_ptr_equal(mem_heap_lo(), heap);
    assert_ptr_equal(mem_heap_hi(), heap - 1);
    assert_ptr_equal(mem_sbrk(0), heap);
    assert_int_equal(mem_heapsize(), 0);
    assert_int_equal(mem_pagesize(), PAGE);
}

static void test_memlib__sbrk_returns_the_old_break(void **state)
{
    (void)state;
    assert_ptr_equal(mem_sbrk(100), heap);
    assert_ptr_equal(mem_sbrk(28), heap + 100);
    assert_ptr_equal(mem_sbrk(-64), heap + 128);
    assert_ptr_equal(mem_sbrk(0), heap + 64);
    assert_ptr_equal(mem_heap_hi(), heap + 63);
    assert_int_equal(mem_heapsize(), 64);
}

static void test_memlib__errors_leave_the_break(void **state)
{
    (void)state;
    static const struct {
        intptr_t increment;
        int error;
    } cases[] = {{(intptr_t)LIMIT, ENOMEM},
                 {INTPTR_MAX, ENOMEM},
                 {-101, EINVAL},
                 {INTPTR_MIN, EINVAL},
                 {INTPTR_MIN + 1, EINVAL}};
    mem_sbrk(100);
    for (size_t i = 0; i < COUNT(cases); i++) {
        errno = 0;
        assert_ptr_equal(mem_sbrk(cases[i].increment), failed);
        assert_int_equal(errno, cases[i].error);
        assert_int_equal(mem_heapsize(), 100);
    }
    assert_ptr_equal(mem_sbrk((intptr_t)LIMIT - 100), heap + 100);
    assert_ptr_equal(mem_sbrk(1), failed);
}

static void test_memlib__success_leaves_errno(void **state)
{
    (void)state;
    errno = 77;
    mem_sbrk(100);
    mem_sbrk(-100);
    assert_int_equal(errno, 77);
}

static void test_memlib__brk_sets_the_break(void **state)
{
    (void)state;
    assert_int_equal(mem_brk(heap + 100), 0);
    assert_ptr_equal(mem_sbrk(0), heap + 100);
    assert_int_equal(mem_brk(heap + 40), 0);
    assert_int_equal(mem_brk(heap + 40), 0);
    assert_int_equal(mem_heapsize(), 40);
    assert_int_equal(mem_brk(heap), 0);
    assert_int_equal(mem_heapsize(), 0);
    assert_int_equal(mem_brk(heap + LIMIT), 0);
}

static void test_memlib__brk_at_wild_addresses(void **state)
{
    (void)state;
    mem_sbrk(100);
    errno = 0;
    assert_int_equal(mem_brk(heap - 1), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(mem_brk(NULL), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(mem_brk(heap + LIMIT + 1), -1);
    assert_int_equal(errno, ENOMEM);
    assert_int_equal(mem_brk((void *)UINTPTR_MAX), -1); /* far above the limit */
    assert_int_equal(errno, ENOMEM);
    assert_int_equal(mem_heapsize(), 100);
}

/* Fills the heap up to the break, `from` on. */
static void use(size_t from)
{
    memset(heap + from, 7, mem_heapsize() - from);
}

static void assert_bytes(size_t from, size_t to, char byte)
{
    for (size_t i = from; i < to; i++)
        assert_int_equal(heap[i], byte);
}

static void test_memlib__pages_come_back_zero_the_partial_one_stays(void **state)
{
    (void)state;
    mem_sbrk(4 * (intptr_t)PAGE);
    use(0);
    mem_brk(heap + PAGE + 100);
    mem_brk(heap + 4 * PAGE);
    assert_bytes(0, 2 * PAGE, 7);
    assert_bytes(2 * PAGE, 4 * PAGE, 0);
}

static void test_memlib__pages_come_back_zero_step_by_step(void **state)
{
    (void)state;
    mem_sbrk(8 * (intptr_t)PAGE);
    use(0);
    mem_brk(heap + PAGE);
    mem_sbrk(8); /* brings back one page, and only that is known to be zero */
    use(PAGE);
    for (size_t i = 1; i < 7 * PAGE / 512; i++) {
        size_t old = mem_heapsize();
        mem_sbrk(512);
        size_t fresh = page_up(old, PAGE);
        if (fresh < mem_heapsize())
            assert_bytes(fresh, mem_heapsize(), 0);
        use(PAGE);
    }
}

static void test_memlib__many_pages_come_back_zero(void **state)
{
    (void)state;
    mem_sbrk((intptr_t)LIMIT);
    use(0);
    mem_sbrk(16 - (intptr_t)LIMIT);
    mem_sbrk((intptr_t)LIMIT - 16);
    assert_bytes(0, PAGE, 7);
    assert_bytes(PAGE, LIMIT, 0);
}

/* The same as a slow model: a row of bytes from which pages are cut. */
static void test_memlib__like_a_model(void **state)
{
    (void)state;
    static char model[LIMIT + PAGE];
    uint64_t random = 12;
    for (int i = 0; i < 3000; i++) {
        size_t size = dice(&random, 3) ? dice(&random, 40 * PAGE) : dice(&random, LIMIT);
        size_t old = mem_heapsize(), end = page_up(size, PAGE);
        assert_int_equal(mem_brk(heap + size), 0);
        if (end < page_up(old, PAGE))
            memset(model + end, 0, page_up(old, PAGE) - end);
        assert_memory_equal(heap, model, size);
        if (size == 0)
            continue;
        size_t at = dice(&random, size);
        heap[at] = model[at] = (char)i;
        heap[size - 1] = model[size - 1] = 1;
    }
}

static void test_memlib__reset_empties_the_heap(void **state)
{
    (void)state;
    mem_sbrk(5000);
    memlib_reset();
    assert_int_equal(mem_heapsize(), 0);
    assert_int_equal(runner->brk.peak, 0);
    assert_int_equal(runner->brk.calls, 0);
    assert_int_equal(runner->brk.limit, LIMIT);
}

static void test_memlib__peak_and_calls_are_counted(void **state)
{
    (void)state;
    mem_sbrk(0); /* only asks */
    mem_sbrk(700);
    mem_sbrk(-600);
    mem_sbrk(INTPTR_MAX);
    assert_int_equal(runner->brk.peak, 700);
    assert_int_equal(runner->brk.calls, 3);
}

static void test_memlib__the_referee_is_asked(void **state)
{
    (void)state;
    assert_ptr_equal(mem_sbrk(100), heap);
    assert_int_equal(replies.value, 100);
    assert_int_equal(requests, 1);
    assert_int_equal(mem_brk(heap + 40), 0);
    assert_int_equal(replies.value, -60);
    assert_int_equal(requests, 2);
    mem_sbrk(0);
    assert_int_equal(requests, 2); /* no need to ask */
    assert_int_equal(mem_heapsize(), 40);
}

static void test_memlib__the_referee_refuses(void **state)
{
    (void)state;
    mem_sbrk(100);
    orders.error = ENOMEM;
    assert_ptr_equal(mem_sbrk(8), failed);
    assert_int_equal(errno, ENOMEM);
    orders.error = EINVAL;
    assert_ptr_equal(mem_sbrk(INTPTR_MIN), failed);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(replies.value, INTPTR_MIN);
    assert_int_equal(mem_heapsize(), 100);
}

#define LOCAL(test)  cmocka_unit_test_setup_teardown(test, open_local, close_heap)
#define ASKING(test) cmocka_unit_test_setup_teardown(test, open_asking, close_heap)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOCAL(test_memlib__an_empty_heap),
        ASKING(test_memlib__an_empty_heap),
        LOCAL(test_memlib__sbrk_returns_the_old_break),
        ASKING(test_memlib__sbrk_returns_the_old_break),
        LOCAL(test_memlib__errors_leave_the_break),
        LOCAL(test_memlib__success_leaves_errno),
        LOCAL(test_memlib__brk_sets_the_break),
        ASKING(test_memlib__brk_sets_the_break),
        LOCAL(test_memlib__brk_at_wild_addresses),
        LOCAL(test_memlib__pages_come_back_zero_the_partial_one_stays),
        LOCAL(test_memlib__pages_come_back_zero_step_by_step),
        LOCAL(test_memlib__many_pages_come_back_zero),
        LOCAL(test_memlib__like_a_model),
        LOCAL(test_memlib__reset_empties_the_heap),
        LOCAL(test_memlib__peak_and_calls_are_counted),
        ASKING(test_memlib__the_referee_is_asked),
        ASKING(test_memlib__the_referee_refuses),
    };
    return cmocka_run_group_tests_name("memlib", tests, NULL, NULL);
}
