/*
 * test_shadow.c - promised: an overlap is found exactly when there is one, however payloads
 * come and go. The judge is a list that is searched from end to end.
 */
#include "unit.h"

#include "shadow.h"
#include <string.h>

enum { ROOM = 300 };

#define TOP (((uint64_t)1 << 45) - 8) /* the highest offset */

struct model {
    struct payload payloads[ROOM];
    uint32_t indices[ROOM]; /* theirs in the shadow */
    size_t count;
    uint64_t bytes;
};

static uint64_t end_of(uint64_t start, uint64_t size)
{
    return start + (size ? size : 1);
}

static bool overlap(const struct payload *p, uint64_t start, uint64_t size)
{
    return p->start < end_of(start, size) && start < end_of(p->start, p->size);
}

static bool model_overlap(const struct model *m, uint64_t start, uint64_t size)
{
    for (size_t i = 0; i < m->count; i++)
        if (overlap(&m->payloads[i], start, size))
            return true;
    return false;
}

/* The nearest payload on one side, as it stands in the shadow, or NULL. */
static const struct payload *model_nearest(const struct model *m, const struct shadow *s,
                                           uint64_t offset, bool above)
{
    const struct payload *best = NULL;
    uint64_t distance = UINT64_MAX;
    for (size_t i = 0; i < m->count; i++) {
        uint64_t start = m->payloads[i].start;
        bool there = above ? start >= offset : start <= offset;
        uint64_t away = above ? start - offset : offset - start;
        if (!there || away >= distance)
            continue;
        distance = away;
        best = &s->payloads[m->indices[i]];
    }
    return best;
}

static void add(struct shadow *s, struct model *m, uint64_t start, uint64_t size)
{
    struct payload p = {.start = start, .size = size, .id = (uint32_t)m->count};
    m->payloads[m->count] = p;
    m->indices[m->count++] = shadow_add(s, &p);
    m->bytes += size;
}

static void take_out(struct shadow *s, struct model *m, size_t i)
{
    shadow_remove(s, m->indices[i]);
    m->bytes -= m->payloads[i].size;
    m->payloads[i] = m->payloads[--m->count];
    m->indices[i] = m->indices[m->count];
}

static void assert_agree(const struct shadow *s, const struct model *m, uint64_t start,
                         uint64_t size)
{
    uint32_t found = shadow_overlap(s, start, size);
    assert_int_equal(found != SHADOW_NONE, model_overlap(m, start, size));
    if (found != SHADOW_NONE) {
        assert_true(s->payloads[found].live);
        assert_true(overlap(&s->payloads[found], start, size));
    }
    assert_ptr_equal(shadow_at_or_below(s, start), model_nearest(m, s, start, false));
    assert_ptr_equal(shadow_at_or_above(s, start), model_nearest(m, s, start, true));
    assert_int_equal(s->live_count, m->count);
    assert_int_equal(s->live_bytes, m->bytes);
}

/* `space` bytes in which payloads of up to `largest` bytes come and go. */
static void come_and_go(uint64_t space, uint64_t largest, int steps)
{
    static struct model m;
    m = (struct model){0};
    struct shadow s = {0};
    uint64_t random = space;
    for (int i = 0; i < steps; i++) {
        uint64_t start = dice(&random, space / 8) * 8, size = dice(&random, largest + 1);
        assert_agree(&s, &m, start, size);
        if (m.count > 0 && (m.count == ROOM || dice(&random, 3) == 0))
            take_out(&s, &m, dice(&random, m.count));
        else if (!model_overlap(&m, start, size))
            add(&s, &m, start, size);
    }
    shadow_clear(&s);
    assert_int_equal(s.live_count, 0);
}

static void test_shadow__crowded(void **state)
{
    (void)state;
    come_and_go(4096, 64, 30000);
}

static void test_shadow__empty_payloads_side_by_side(void **state)
{
    (void)state;
    come_and_go(1024, 0, 10000);
}

static void test_shadow__scattered(void **state)
{
    (void)state;
    come_and_go((uint64_t)1 << 45, (uint64_t)1 << 38, 20000);
}

static void test_shadow__middling(void **state)
{
    (void)state;
    come_and_go((uint64_t)1 << 24, (uint64_t)1 << 17, 20000);
}

static void test_shadow__nothing_is_live(void **state)
{
    (void)state;
    struct shadow s = {0};
    assert_int_equal(shadow_overlap(&s, 0, UINT64_MAX), SHADOW_NONE);
    assert_null(shadow_at_or_below(&s, TOP));
    assert_null(shadow_at_or_above(&s, 0));
    shadow_clear(&s);
}

static void test_shadow__first_and_last_offset(void **state)
{
    (void)state;
    struct shadow s = {0};
    uint32_t low = shadow_add(&s, &(struct payload){.start = 0, .size = 8});
    uint32_t high = shadow_add(&s, &(struct payload){.start = TOP, .size = 8});
    assert_int_equal(shadow_overlap(&s, 0, 1), low);
    assert_int_equal(shadow_overlap(&s, 8, TOP - 8), SHADOW_NONE);
    assert_int_equal(shadow_overlap(&s, 8, TOP - 7), high);
    assert_int_equal(shadow_overlap(&s, TOP, 8), high);
    assert_ptr_equal(shadow_at_or_below(&s, TOP - 8), &s.payloads[low]);
    assert_ptr_equal(shadow_at_or_above(&s, 1), &s.payloads[high]); /* the one at 0 is below */
    shadow_remove(&s, high);
    assert_int_equal(shadow_overlap(&s, 8, UINT64_MAX - 8), SHADOW_NONE);
    shadow_remove(&s, low);
    assert_null(shadow_at_or_below(&s, TOP));
    shadow_clear(&s);
}

static void test_shadow__an_empty_payload_occupies_its_address(void **state)
{
    (void)state;
    struct shadow s = {0};
    uint32_t empty = shadow_add(&s, &(struct payload){.start = 64, .size = 0});
    assert_int_equal(shadow_overlap(&s, 64, 0), empty);
    assert_int_equal(shadow_overlap(&s, 64, 16), empty);
    assert_int_equal(shadow_overlap(&s, 0, 65), empty);
    assert_int_equal(shadow_overlap(&s, 0, 64), SHADOW_NONE);
    assert_int_equal(shadow_overlap(&s, 72, 0), SHADOW_NONE);
    assert_int_equal(s.live_bytes, 0);
    shadow_clear(&s);
}

static void test_shadow__enclosed_and_enclosing(void **state)
{
    (void)state;
    struct shadow s = {0};
    uint32_t p = shadow_add(&s, &(struct payload){.start = 4096, .size = 4096});
    assert_int_equal(shadow_overlap(&s, 5000 / 8 * 8, 1), p);
    assert_int_equal(shadow_overlap(&s, 0, (uint64_t)1 << 40), p);
    assert_int_equal(shadow_overlap(&s, 8184, 8), p);
    assert_int_equal(shadow_overlap(&s, 8192, 8), SHADOW_NONE);
    shadow_clear(&s);
}

static void test_shadow__memory_is_used_again(void **state)
{
    (void)state;
    struct shadow s = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        uint32_t p = shadow_add(&s, &(struct payload){.start = i * 4096, .size = 1});
        shadow_remove(&s, p);
    }
    assert_int_equal(s.payload_count, 1);
    assert_true(s.node_count < 16);
    shadow_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shadow__nothing_is_live),
        cmocka_unit_test(test_shadow__first_and_last_offset),
        cmocka_unit_test(test_shadow__an_empty_payload_occupies_its_address),
        cmocka_unit_test(test_shadow__enclosed_and_enclosing),
        cmocka_unit_test(test_shadow__memory_is_used_again),
        cmocka_unit_test(test_shadow__crowded),
        cmocka_unit_test(test_shadow__empty_payloads_side_by_side),
        cmocka_unit_test(test_shadow__middling),
        cmocka_unit_test(test_shadow__scattered),
    };
    return cmocka_run_group_tests_name("shadow", tests, NULL, NULL);
}
