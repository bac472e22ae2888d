/*
 * test_payload.c - promised: being lazy never hides damage. Whatever is written into a
 * payload is either found in its place, or makes the filler suspicious, so that the run is
 * repeated with every byte filled.
 */
#include "unit.h"

#include "payload.h"
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)

/* How often the kernel was asked where pages are. */
static unsigned looks;

off_t lseek(int fd, off_t offset, int whence)
{
    looks++;
    return syscall(SYS_lseek, fd, offset, whence);
}

struct bench {
    struct heap heap;
    struct filler filler;
};

static int open_bench(void **state, bool eager)
{
    static struct bench bench;
    *state = &bench;
    if (!heap_open(&bench.heap, 1024 * MIB))
        return -1;
    heap_move_break(&bench.heap, (int64_t)(512 * MIB));
    filler_open(&bench.filler, &bench.heap, eager);
    return 0;
}

static int open_lazy(void **state)
{
    return open_bench(state, false);
}

static int open_eager(void **state)
{
    return open_bench(state, true);
}

static int close_bench(void **state)
{
    struct bench *bench = *state;
    filler_close(&bench->filler);
    heap_close(&bench->heap);
    return 0;
}

static struct payload filled(struct bench *bench, uint64_t start, uint64_t size)
{
    struct payload p = {.start = start, .size = size};
    payload_fill(&bench->filler, &p);
    return p;
}

/* Where payload_check finds damage in `p`, which lies where it was made. */
static uint64_t damage(struct bench *bench, const struct payload *p)
{
    return payload_check(&bench->filler, p, p->start, p->size);
}

static void assert_intact(struct bench *bench, const struct payload *p)
{
    assert_int_equal(damage(bench, p), HEAP_NOWHERE);
    assert_false(bench->filler.suspicious);
}

static void test_payload__dense_every_byte_counts(void **state)
{
    struct bench *bench = *state;
    for (uint64_t size = 0; size < 300; size++) {
        struct payload p = filled(bench, 4096 - 128 + size * 8, size);
        assert_false(p.sparse);
        assert_intact(bench, &p);
        for (uint64_t i = 0; i < size; i++) {
            bench->heap.view[p.start + i] ^= 0x10;
            assert_int_equal(damage(bench, &p), i);
            bench->heap.view[p.start + i] ^= 0x10;
        }
    }
}

static void test_payload__filling_touches_no_neighbour(void **state)
{
    struct bench *bench = *state;
    static const uint64_t sizes[] = {0, 1, 7, 8, 100, 4096, 200000, 3 * MIB + 5, 65 * MIB};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        uint64_t start = 8 * MIB + 24;
        memset(bench->heap.view + start - 64, 0x5a, 64);
        memset(bench->heap.view + start + sizes[i], 0x5a, 64);
        struct payload p = filled(bench, start, sizes[i]);
        payload_densify(&bench->filler, &p, p.size);
        payload_scrub(&bench->filler, &p);
        for (uint64_t k = 0; k < 64; k++) {
            assert_int_equal(bench->heap.view[start - 64 + k], 0x5a);
            assert_int_equal(bench->heap.view[start + sizes[i] + k], 0x5a);
        }
    }
}

static void test_payload__no_two_are_alike(void **state)
{
    struct bench *bench = *state;
    struct payload a = filled(bench, 0, 64), b = filled(bench, 64, 64);
    assert_true(payload_check(&bench->filler, &a, b.start, 64) < 8);
    struct payload again = filled(bench, 0, 64);
    assert_true(again.key != a.key);
}

/* Writes `byte` at place `i` of a fresh payload: is it noticed? */
static void assert_noticed(struct bench *bench, uint64_t start, uint64_t size, uint64_t i,
                           uint8_t byte)
{
    struct payload p = filled(bench, start, size);
    assert_intact(bench, &p);
    if (bench->heap.view[start + i] == byte && !p.sparse)
        return; /* it happens to be the byte that belongs there */
    bool same = bench->heap.view[start + i] == byte;
    bench->heap.view[start + i] = byte;
    uint64_t found = damage(bench, &p);
    if (found == HEAP_NOWHERE)
        assert_true(bench->filler.suspicious || same);
    else
        assert_int_equal(found, i);
    bench->filler.suspicious = false;
}

static void test_payload__lazy_damage_anywhere_is_noticed(void **state)
{
    struct bench *bench = *state;
    static const uint64_t starts[] = {0, 8, 4088, 4096, 5 * MIB + 1000};
    uint64_t random = 4;
    for (size_t s = 0; s < COUNT(starts); s++) {
        for (int n = 0; n < 400; n++) {
            uint64_t size = PAYLOAD_LAZY_MIN + 1 + dice(&random, MIB);
            assert_noticed(bench, starts[s], size, dice(&random, size), 0x80);
            assert_noticed(bench, starts[s], size, dice(&random, size), 0);
        }
    }
}

static void test_payload__lazy_damage_at_every_seam_is_noticed(void **state)
{
    struct bench *bench = *state;
    uint64_t start = 3 * 4096 + 40, size = 300000 + 3, page = bench->heap.page;
    for (uint64_t edge = page; edge < size; edge += page) {
        uint64_t seam = edge - start % page;
        assert_noticed(bench, start, size, seam - 1, 0xff);
        assert_noticed(bench, start, size, seam, 0xff);
    }
    assert_noticed(bench, start, size, 0, 0xff);
    assert_noticed(bench, start, size, size - 1, 0xff);
}

static void test_payload__lazy_ones_leave_pages_out(void **state)
{
    struct bench *bench = *state;
    struct payload p = filled(bench, 0, 16 * MIB);
    assert_true(p.sparse);
    assert_true(heap_resident(&bench->heap) <= 5 * bench->heap.page);
    assert_intact(bench, &p);
    assert_true(heap_resident(&bench->heap) <= 5 * bench->heap.page);
    assert_true(pages_count(&bench->filler.lazy) >= 16 * MIB / bench->heap.page - 5);
}

/* An old page in the interior must not be taken for the allocator's doing. */
static void test_payload__lazy_over_used_memory(void **state)
{
    struct bench *bench = *state;
    memset(bench->heap.view, 7, 4 * MIB);
    struct payload p = filled(bench, 24, 3 * MIB);
    assert_intact(bench, &p);
}

static void test_payload__eager_ones_are_dense(void **state)
{
    struct bench *bench = *state;
    uint64_t random = 5, size = 2 * MIB + 11;
    struct payload p = filled(bench, 24, size);
    assert_false(p.sparse);
    assert_intact(bench, &p);
    for (int n = 0; n < 100; n++) {
        uint64_t i = dice(&random, size);
        uint8_t right = bench->heap.view[p.start + i], wrong = right ? 0 : 1;
        bench->heap.view[p.start + i] = wrong;
        assert_int_equal(damage(bench, &p), i);
        bench->heap.view[p.start + i] = right;
    }
    assert_false(filled(bench, 0, PAYLOAD_DENSE_MAX).sparse);
    assert_true(filled(bench, 0, PAYLOAD_DENSE_MAX + 1).sparse);
}

static void test_payload__giant_what_is_written_is_found(void **state)
{
    struct bench *bench = *state;
    uint64_t random = 6, size = 400 * MIB + 5;
    for (int n = 0; n < 200; n++) {
        struct payload p = filled(bench, 4000, size);
        uint64_t i = dice(&random, size);
        assert_intact(bench, &p);
        bench->heap.view[p.start + i] ^= 0x40;
        assert_int_equal(damage(bench, &p), i);
    }
}

/* Some pages of the interior hold data: clearing them is found as well. */
/* The kernel walks to the end of a stretch: to ask for each of its pages took minutes. */
static void test_payload__giant_pages_are_looked_for_by_stretches(void **state)
{
    struct bench *bench = *state;
    struct payload p = filled(bench, 0, PAYLOAD_DENSE_MAX + 16 * MIB);
    volatile uint8_t *byte = bench->heap.view + 4 * MIB;
    for (int i = 0; i < 500; i++, byte += bench->heap.page)
        *byte = *byte; /* now the page is there */
    looks = 0;
    assert_intact(bench, &p);
    assert_in_range(looks, 1, 200);
}

static void test_payload__giant_secret_pages_are_checked(void **state)
{
    struct bench *bench = *state;
    uint64_t size = 400 * MIB, page = bench->heap.page, start, end, pages = 0;
    struct payload p = filled(bench, 0, size);
    for (uint64_t at = 2 * page;
         heap_next_data(&bench->heap, at, size - 2 * page, &start, &end); at = end) {
        pages += (end - start) / page;
        uint8_t right = bench->heap.view[start + 9];
        bench->heap.view[start + 9] = (uint8_t)~right;
        assert_int_equal(damage(bench, &p), start + 9);
        bench->heap.view[start + 9] = right;
        heap_drop(&bench->heap, start, end);
        assert_in_range(damage(bench, &p), start, start + 8);
        p = filled(bench, 0, size);
        break; /* it lies elsewhere now */
    }
    assert_in_range(pages, 1, PAYLOAD_CHUNKS);
    assert_intact(bench, &p);
}

static void test_payload__densified_it_can_be_copied(void **state)
{
    struct bench *bench = *state;
    uint64_t size = 3 * MIB + 9, to = 40 * MIB + 16;
    struct payload p = filled(bench, 24, size);
    payload_densify(&bench->filler, &p, p.size);
    assert_false(p.sparse);
    assert_intact(bench, &p);
    memcpy(bench->heap.view + to, bench->heap.view + p.start, size);
    assert_int_equal(payload_check(&bench->filler, &p, to, size), HEAP_NOWHERE);
    bench->heap.view[to + 2 * MIB] ^= 1;
    assert_int_equal(payload_check(&bench->filler, &p, to, size), 2 * MIB);
    assert_int_equal(payload_check(&bench->filler, &p, to, 2 * MIB), HEAP_NOWHERE);
    assert_false(bench->filler.suspicious);
}

static void test_payload__moved_contents(void **state)
{
    struct bench *bench = *state;
    for (uint64_t size = 1; size < 200; size++) {
        struct payload p = filled(bench, 64, size);
        memmove(bench->heap.view + 128, bench->heap.view + 64, size); /* they overlap */
        assert_int_equal(payload_check(&bench->filler, &p, 128, size), HEAP_NOWHERE);
        bench->heap.view[128 + size - 1] ^= 1; /* the last byte was not copied */
        assert_int_equal(payload_check(&bench->filler, &p, 128, size), size - 1);
        assert_int_equal(payload_check(&bench->filler, &p, 128, size - 1), HEAP_NOWHERE);
    }
}

static void test_payload__a_giant_may_move_in_pages(void **state)
{
    struct bench *bench = *state;
    uint64_t size = 65 * MIB, to = 128 * MIB + 16;
    struct payload p = filled(bench, 24, size);
    payload_densify(&bench->filler, &p, p.size);
    assert_true(p.sparse); /* too large for that */
    memcpy(bench->heap.view + to, bench->heap.view + p.start, size);
    assert_int_equal(payload_check(&bench->filler, &p, to, size), HEAP_NOWHERE);
    bench->heap.view[to + size - 1] ^= 1;
    assert_int_equal(payload_check(&bench->filler, &p, to, size), size - 1);
    bench->heap.view[to + MIB] ^= 1;
    assert_int_equal(payload_check(&bench->filler, &p, to, size), MIB);
}

/* Of what is kept every byte counts, where it is and where it was moved; it may be kept twice.
 */
static void test_payload__the_front_of_a_giant_is_filled(void **state)
{
    struct bench *bench = *state;
    struct payload p = filled(bench, 4096 - 24, 100 * MIB);
    const uint64_t kept[] = {70001, 3000, 2 * MIB + 77}, moved = 300 * MIB + 16;
    for (size_t i = 0; i < COUNT(kept); i++) {
        payload_densify(&bench->filler, &p, kept[i]);
        assert_intact(bench, &p);
        memcpy(bench->heap.view + moved, bench->heap.view + p.start, kept[i]);
        for (uint64_t at = 0; at < kept[i]; at += kept[i] / 40) {
            assert_int_equal(payload_check(&bench->filler, &p, moved, kept[i]), HEAP_NOWHERE);
            bench->heap.view[moved + at]++;
            assert_int_equal(payload_check(&bench->filler, &p, moved, kept[i]), at);
            bench->heap.view[moved + at]--;
        }
    }
    memset(bench->heap.view + p.start + 50000, 0, 8);
    assert_in_range(damage(bench, &p), 50000, 50007);
    payload_fill(&bench->filler, &p);
    assert_intact(bench, &p);
}

static void test_payload__extended_and_shortened(void **state)
{
    struct bench *bench = *state;
    static const uint64_t sizes[] = {0, 1, 8, 13, 100, 5000, 200000, 3 * MIB, 66 * MIB};
    for (size_t from = 0; from < COUNT(sizes); from++) {
        for (size_t to = 0; to < COUNT(sizes); to++) {
            struct payload p = filled(bench, 48, sizes[from]);
            payload_densify(&bench->filler, &p, p.size);
            payload_extend(&bench->filler, &p, sizes[to]);
            assert_int_equal(p.size, sizes[to]);
            assert_intact(bench, &p);
            if (sizes[to] == 0)
                continue;
            bench->heap.view[48 + sizes[to] - 1] ^= 1;
            assert_int_equal(damage(bench, &p), sizes[to] - 1);
        }
    }
}

static void test_payload__scrubbed_it_is_gone(void **state)
{
    struct bench *bench = *state;
    static const uint64_t sizes[] = {1, 100, 5000, 3 * MIB, 66 * MIB};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct payload p = filled(bench, 48, sizes[i]);
        payload_scrub(&bench->filler, &p);
        assert_int_equal(damage(bench, &p), 0);
    }
}

static void test_payload__zero_is_checked_to_the_byte(void **state)
{
    struct bench *bench = *state;
    static const uint64_t places[] = {100, 4095, 4096, 99999};
    assert_int_equal(payload_check_zero(&bench->filler, 100, 100000), HEAP_NOWHERE);
    for (size_t i = 0; i < COUNT(places); i++) {
        bench->heap.view[places[i]] = 0x80;
        bench->heap.view[99] = 1; /* beside it */
        assert_int_equal(payload_check_zero(&bench->filler, 100, 99900), places[i] - 100);
        bench->heap.view[places[i]] = 0;
    }
    bench->heap.view[100000] = 1;
    assert_int_equal(payload_check_zero(&bench->filler, 100, 99900), HEAP_NOWHERE);
    assert_false(bench->filler.suspicious);
}

/* Zeros where a lazy payload lay prove nothing: a program would have filled it. */
static void test_payload__zero_where_we_were_lazy_is_suspicious(void **state)
{
    struct bench *bench = *state;
    struct payload p = filled(bench, 0, MIB);
    payload_scrub(&bench->filler, &p);
    assert_int_equal(payload_check_zero(&bench->filler, MIB / 2, 100), HEAP_NOWHERE);
    assert_true(bench->filler.suspicious);
}

#define LAZY(test)  cmocka_unit_test_setup_teardown(test, open_lazy, close_bench)
#define EAGER(test) cmocka_unit_test_setup_teardown(test, open_eager, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAZY(test_payload__dense_every_byte_counts),
        LAZY(test_payload__filling_touches_no_neighbour),
        LAZY(test_payload__no_two_are_alike),
        LAZY(test_payload__lazy_damage_anywhere_is_noticed),
        LAZY(test_payload__lazy_damage_at_every_seam_is_noticed),
        LAZY(test_payload__lazy_ones_leave_pages_out),
        LAZY(test_payload__lazy_over_used_memory),
        EAGER(test_payload__eager_ones_are_dense),
        EAGER(test_payload__extended_and_shortened),
        LAZY(test_payload__giant_what_is_written_is_found),
        LAZY(test_payload__giant_pages_are_looked_for_by_stretches),
        LAZY(test_payload__giant_secret_pages_are_checked),
        LAZY(test_payload__densified_it_can_be_copied),
        LAZY(test_payload__moved_contents),
        LAZY(test_payload__a_giant_may_move_in_pages),
        LAZY(test_payload__the_front_of_a_giant_is_filled),
        LAZY(test_payload__extended_and_shortened),
        LAZY(test_payload__scrubbed_it_is_gone),
        LAZY(test_payload__zero_is_checked_to_the_byte),
        LAZY(test_payload__zero_where_we_were_lazy_is_suspicious),
    };
    return cmocka_run_group_tests_name("payload", tests, NULL, NULL);
}
