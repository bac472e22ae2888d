/* traces.h - for unit tests of what makes traces. */
#ifndef TRACES_H
#define TRACES_H

#include "unit.h"

#include "trace.h"
#include <stdio.h>
#include <stdlib.h>

/* Are the first `count` the same? Field by field: what pads them may be anything. */
static inline bool same_operations(const struct trace *a, const struct trace *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct operation *x = &a->operations[i], *y = &b->operations[i];
        if (x->kind != y->kind || x->id != y->id || x->line != y->line ||
            x->count != y->count || x->size != y->size)
            return false;
    }
    return true;
}

/* Reads it as a file is read, behind a comment: the reader refuses what is out of order. */
static inline void assert_reads_back(const struct trace *trace)
{
    char *text = NULL;
    size_t bytes;
    struct trace again;
    struct trace_error error;
    FILE *out = open_memstream(&text, &bytes);
    fputs("# a comment\n", out);
    trace_write(out, trace);
    fclose(out);
    if (!trace_parse(text, bytes, &again, &error))
        fail_msg("line %zu: %s", error.line, error.text);
    assert_int_equal(again.ids, trace->ids);
    assert_int_equal(again.count, trace->count);
    assert_true(same_operations(&again, trace, trace->count));
    trace_free(&again);
    free(text);
}

/* brim_make(), creep_make() or sweep_make(). */
typedef void mix_maker(uint64_t seed, uint32_t turn, size_t most, struct trace *mix);

/* A mix of at most `most` operations, for trace_free(). */
static inline void make_mix(mix_maker *maker, uint64_t seed, uint32_t turn, size_t most,
                            struct trace *mix)
{
    *mix = (struct trace){.operations = malloc(most * sizeof *mix->operations)};
    assert_non_null(mix->operations);
    maker(seed, turn, most, mix);
}

/* As often freed as allocated; with assert_reads_back() that is each block, once. */
static inline void assert_frees_all(const struct trace *mix)
{
    size_t frees = 0;
    for (size_t i = 0; i < mix->count; i++)
        frees += mix->operations[i].kind == OP_FREE;
    assert_int_equal(frees, mix->ids);
}

/* The same seed and turn make the same mix; another turn, other operations within `apart`. */
static inline void assert_turns_differ(mix_maker *maker, size_t most, size_t apart)
{
    struct trace a, b, other;
    make_mix(maker, 5, 1, most, &a);
    make_mix(maker, 5, 1, most, &b);
    make_mix(maker, 5, 2, most, &other);
    assert_int_equal(a.count, b.count);
    assert_true(same_operations(&a, &b, a.count));
    assert_in_range(apart, 1, a.count < other.count ? a.count : other.count);
    assert_false(same_operations(&a, &other, apart));
    trace_free(&a);
    trace_free(&b);
    trace_free(&other);
}

#endif
