#include "run.h"
#include "clock.h"
#include "fill.h"
#include "judge.h"
#include "say.h"
#include <math.h>
#include <string.h>

/*
 * The time of one of so many operations is taken, about. One that takes longer than it ever
 * should was not at work: somebody else had its core.
 */
enum { PACE_SAMPLE = 4 };
#define PACE_LONGEST 500e-6

/* Filling and verifying so much takes long enough to be told from the runner's own time. */
#define LONG_FILL ((uint64_t)256 << 10)

static void settle(struct run *run, const struct operation *op, struct payload *p)
{
    p->id = op->id;
    p->line = op->line;
    p->made = (uint32_t)(op - run->trace->operations);
    run->blocks[op->id] = shadow_add(&run->shadow, p);
    if (run->shadow.live_bytes > run->result->peak_payload)
        run->result->peak_payload = run->shadow.live_bytes;
}

static bool after_allocation(struct run *run, const struct operation *op, uint64_t pointer)
{
    uint64_t size = operation_bytes(op);
    if (pointer == 0)
        return judge_null(run, op);
    if (!judge_product(run, op, "returned a pointer"))
        return false;
    struct payload p = {.start = pointer - run->process.rules->heap_start, .size = size};
    if (!judge_place(run, op, pointer, size) ||
        (op->kind == OP_CALLOC && !judge_zero(run, op, p.start, size)))
        return false;
    payload_fill(&run->filler, &p);
    settle(run, op, &p);
    return true;
}

/* realloc gave no new payload: after size 0 the old one is gone, else it must be intact. */
static bool after_refused_realloc(struct run *run, const struct operation *op)
{
    uint32_t old = run->blocks[op->id];
    if (op->size == 0) {
        shadow_remove(&run->shadow, old);
        run->blocks[op->id] = SHADOW_NONE;
        return true;
    }
    return judge_null(run, op) && judge_intact(run, payload_at(run, old), op->line,
                                               "after a realloc that returned NULL");
}

static bool after_realloc(struct run *run, const struct operation *op, uint64_t pointer)
{
    uint32_t index = run->blocks[op->id];
    if (index == SHADOW_NONE)
        return after_allocation(run, op, pointer);
    if (pointer == 0)
        return after_refused_realloc(run, op);
    struct payload p = *payload_at(run, index);
    uint64_t start = pointer - run->process.rules->heap_start;
    shadow_remove(&run->shadow, index);
    run->blocks[op->id] = SHADOW_NONE;
    if (!judge_place(run, op, pointer, op->size) || !judge_kept(run, op, &p, start))
        return false;
    p.start = start;
    payload_extend(&run->filler, &p, op->size);
    settle(run, op, &p);
    return true;
}

/* A payload's bytes are verified before the allocator learns that it loses or moves it. */
static bool before(struct run *run, const struct operation *op)
{
    uint32_t index = run->blocks[op->id];
    if (index == SHADOW_NONE || (op->kind != OP_FREE && op->kind != OP_REALLOC))
        return true;
    struct payload *p = &run->shadow.payloads[index];
    bool leaves = op->kind == OP_FREE || op->size == 0;
    if (!judge_intact(run, p, op->line, leaves ? "before its free" : "before its realloc"))
        return false;
    if (leaves)
        payload_scrub(&run->filler, p);
    else
        payload_densify(&run->filler, p, op->size);
    if (op->kind == OP_FREE) {
        shadow_remove(&run->shadow, index);
        run->blocks[op->id] = SHADOW_NONE;
    }
    return true;
}

static bool after(struct run *run, const struct operation *op, uint64_t pointer)
{
    switch ((enum operation_kind)op->kind) {
    case OP_MALLOC:
    case OP_CALLOC:
        run->blocks[op->id] = SHADOW_NONE;
        return after_allocation(run, op, pointer);
    case OP_REALLOC:
        return after_realloc(run, op, pointer);
    case OP_FREE:
        break;
    }
    return true;
}

/* The pointer that the program would pass: what the allocator returned for that block. */
static uint64_t block_pointer(const struct run *run, const struct operation *op)
{
    uint32_t index = run->blocks[op->id];
    if (index == SHADOW_NONE)
        return 0;
    return run->process.rules->heap_start + payload_at(run, index)->start;
}

/* While we fill megabytes the runner spins: that is not its own running time. */
static bool fill_is_long(const struct run *run, const struct operation *op)
{
    uint32_t index = run->blocks[op->id];
    return operation_bytes(op) >= LONG_FILL ||
           (index != SHADOW_NONE && payload_at(run, index)->size >= LONG_FILL);
}

static void note_break(const struct run *run)
{
    if (run->options->breaks)
        run->options->breaks[run->result->performed] = run->process.heap.brk.size;
}

/* Once the program has written a payload, only mm_checkheap can damage it in that operation. */
static bool made_now(const struct run *run)
{
    const struct culprit *c = run->culprit;
    return c && c->suspect.kind == SUSPECT_PAYLOAD && run->at == c->suspect.made;
}

/* In a replay: the bytes in question before and after an operation. */
static void prepare(struct run *run)
{
    struct culprit *c = run->culprit;
    if (c && run->tracing && run->at == c->suspect.at)
        culprit_begin(c, &run->process);
    else if (!run->tracing && made_now(run))
        culprit_remember(c, &run->process.heap);
}

static void inspect(struct run *run)
{
    struct culprit *c = run->culprit;
    if (!c)
        return;
    if (run->tracing && run->at == c->suspect.at)
        culprit_end(c);
    else if (!run->tracing && run->at >= c->suspect.made && run->at < c->suspect.at &&
             culprit_changed(c, &run->process.heap))
        c->suspect.at = run->at;
}

/* The order itself. Which ones are sampled has nothing to do with patterns in a trace. */
static enum outcome perform(struct run *run)
{
    bool sampled = fill_mix(run->result->performed) % PACE_SAMPLE == 0;
    double begun = sampled ? clock_seconds() : 0;
    enum outcome outcome = process_perform(&run->process, 1);
    double seconds = sampled ? clock_seconds() - begun : 0;
    if (sampled && run->options->order_seconds)
        seconds -= run->options->order_seconds[run->process.orders->spins > 0];
    run->worked += (double)PACE_SAMPLE * fmin(fmax(seconds, 0), PACE_LONGEST);
    return outcome;
}

/* Did this one call do so much that it was stopped? */
static bool is_endless(const struct run *run, enum outcome outcome)
{
    return outcome == OUTCOME_MEMORY ||
           (outcome == OUTCOME_TIMEOUT && !run->process.slow_in_all);
}

/* One operation from start to end. */
static bool step(struct run *run, const struct operation *op)
{
    char name[64];
    uint64_t block = block_pointer(run, op);
    judge_count_request(run, op);
    heap_mark(&run->process.heap);
    bool is_long = fill_is_long(run, op);
    double begun = is_long ? clock_seconds() : 0;
    if (!before(run, op))
        return false;
    if (is_long)
        run->process.grace += clock_seconds() - begun;
    run->process.orders->operations[0] = *op;
    run->process.orders->operations[0].pointer = block;
    if (!made_now(run))
        prepare(run);
    enum outcome outcome = perform(run);
    if (outcome != OUTCOME_DONE || run->process.slack_damage != HEAP_NOWHERE) {
        operation_name(op, name);
        if (is_endless(run, outcome) && !judge_product(run, op, "set to work and was stopped"))
            return false;
        return judge_outcome(run, outcome, op->line, name) && judge_slack(run, op->line, name);
    }
    uint64_t pointer = *(volatile uint64_t *)&run->process.replies->pointers[0];
    run->result->pointers[run->result->performed++] = pointer;
    note_break(run);
    begun = is_long ? clock_seconds() : 0;
    bool good = judge_break(run, op) && after(run, op, pointer);
    if (is_long)
        run->process.grace += clock_seconds() - begun;
    if (good && made_now(run))
        prepare(run);
    return good && judge_checkheap(run, op);
}

static void note_pace(struct run *run)
{
    struct checked_result *result = run->result;
    size_t done = result->performed * CHECKED_PARTS, count = run->trace->count;
    for (; run->parts < CHECKED_PARTS && done >= (run->parts + 1) * count; run->parts++)
        result->pace[run->parts] = run->worked;
}

static bool visit(struct run *run, uint32_t line)
{
    size_t performed = run->result->performed;
    const struct checked_moment moment = {
        .performed = performed,
        .line = line,
        .pointer = performed ? run->result->pointers[performed - 1] : 0,
        .process = &run->process,
        .shadow = &run->shadow};
    return !run->options->visit || run->options->visit(run->options->context, &moment);
}

static bool set_up(struct run *run)
{
    bool ready = false;
    run->at = CULPRIT_INIT;
    prepare(run);
    enum outcome outcome = process_init(&run->process, &ready);
    inspect(run);
    if (!judge_outcome(run, outcome, 0, "mm_init") || !judge_slack(run, 0, "mm_init"))
        return false;
    note_break(run);
    if (!run->options->brief) {
        process_note_constants(&run->process);
        residue_remember(&run->residue, run->process.pid);
    }
    return judge_ready(run, ready) && visit(run, 0);
}

/* How often it is looked around in a trace. */
enum { LOOKS = 16 };

/*
 * Once in each part of the trace, so never too seldom by chance; where is a secret. And where
 * the heap is as full as it ever is, for some operations only: nothing helps more than to have
 * a part of it elsewhere then. That need not be a secret.
 */
static bool is_look(const struct run *run, size_t i)
{
    size_t stretch = run->trace->count / LOOKS + 1;
    return !run->options->brief &&
           (i == run->fullest || i % stretch == fill_mix(run->looks ^ i / stretch) % stretch);
}

/*
 * What is given back before the end counts too: private memory, and payloads that are in order
 * again before their free, which is no secret to who knows the trace. The runner is stopped:
 * one that waits for longer than usual could put all in order meanwhile.
 */
static bool look_around(struct run *run, uint32_t line)
{
    process_freeze(&run->process);
    judge_note_borrowed(run, line);
    bool good = judge_private(run);
    process_thaw(&run->process);
    return good;
}

static bool go_through(struct run *run)
{
    const struct trace *trace = run->trace;
    if (!set_up(run))
        return false;
    for (size_t i = 0; i < trace->count; i++) {
        run->at = i;
        bool good = step(run, &trace->operations[i]);
        inspect(run);
        if (!good || !visit(run, trace->operations[i].line))
            return false;
        note_pace(run);
        if (is_look(run, i) && !look_around(run, trace->operations[i].line))
            return false;
        if (i % 1024 == 1023 && !judge_outcome(run, process_watch(&run->process),
                                               trace->operations[i].line, "the trace so far"))
            return false;
    }
    run->at = trace->count;
    return judge_survivors(run) && judge_borrowed(run) && judge_private(run);
}

static void take_measures(struct run *run)
{
    struct checked_result *result = run->result;
    struct heap *heap = &run->process.heap;
    result->peak_heap = heap->brk.peak;
    result->sbrk_calls = heap->brk.calls;
    for (size_t i = 0; i < run->filler.lazy.count; i++)
        pages_add(&heap->touched, run->filler.lazy.ranges[i].from,
                  run->filler.lazy.ranges[i].to);
    result->pages_touched = heap_pages_touched(heap);
}

/* A replay fills with the same bytes as the run before it: all is as it was. */
static void share_secrets(struct run *run)
{
    struct heap *heap = &run->process.heap;
    size_t bytes = sizeof run->secret;
    run->slack_secret = run->slack_secret ? run->slack_secret : must_alloc(heap->page);
    memcpy(run->culprit ? run->filler.secret : run->secret,
           run->culprit ? run->secret : run->filler.secret, bytes);
    memcpy(run->culprit ? heap->secret : run->slack_secret,
           run->culprit ? run->slack_secret : heap->secret, heap->page);
}

/* Where a run must be the same again, and nobody's grade depends on it. */
static void fix_secrets(struct run *run)
{
    const uint64_t *secret = run->options->secret;
    struct heap *heap = &run->process.heap;
    if (!secret)
        return;
    memcpy(run->filler.secret, secret, sizeof run->filler.secret);
    for (uint64_t i = 0; i < heap->page; i++)
        heap->secret[i] = (uint8_t)(fill_mix(secret[0] + i) | 1);
    run->looks = secret[0];
}

bool run_once(struct run *run, const struct process_rules *rules, bool eager)
{
    process_start(&run->process, rules, run->options->program);
    run->process.orders->demanding = run->options->demanding;
    filler_open(&run->filler, &run->process.heap, eager);
    fix_secrets(run);
    share_secrets(run);
    run->checkheap = run->options->checkheap;
    memset(run->blocks, 0xff, (run->trace->ids + (size_t)1) * sizeof *run->blocks);
    *run->result = (struct checked_result){.pointers = run->result->pointers};
    run->eager = eager;
    run->asked = 0;
    run->borrowed_at = 0;
    run->worked = 0;
    run->parts = 0;
    run->result->valid = go_through(run);
    take_measures(run);
    run->result->slow_in_all = run->process.slow_in_all;
    bool doubt = run->result->valid && run->filler.suspicious;
    process_end(&run->process);
    residue_clear(&run->residue);
    shadow_clear(&run->shadow);
    filler_close(&run->filler);
    return doubt;
}
