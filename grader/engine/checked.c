#include "checked.h"
#include "clock.h"
#include "culprit.h"
#include "fill.h"
#include "outcome.h"
#include "payload.h"
#include "say.h"
#include "shadow.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room that an allocator may need for itself, in all and for each request. */
#define NULL_ALLOWANCE      ((uint64_t)64 << 20)
#define OPERATION_ALLOWANCE ((uint64_t)64)

/* Filling and verifying so much takes long enough to be told from the runner's own time. */
#define LONG_FILL ((uint64_t)256 << 10)

struct run {
    const struct checked_options *options;
    const struct trace *trace;
    struct process process;
    struct shadow shadow;
    struct filler filler;
    uint64_t asked;   /* bytes requested so far */
    uint32_t *blocks; /* per id: the payload's index in the shadow, or SHADOW_NONE */
    struct checked_result *result;
    struct findings *findings;
    bool checkheap;
    bool eager;
    size_t at;               /* the operation that is due, or CULPRIT_INIT */
    struct suspect suspect;  /* of the last finding */
    struct culprit *culprit; /* in a replay */
    bool tracing;            /* the second replay: follow one operation */
    uint64_t secret[2];      /* of the filler and of the heap: a replay has the same */
    uint8_t *slack_secret;
};

static const struct payload *payload_at(const struct run *run, uint32_t index)
{
    return &run->shadow.payloads[index];
}

/* "block 12: heap+0x60..0x9f, malloc(64) at line 41" */
static const char *describe(const struct run *run, const struct payload *p, char text[160])
{
    char name[64];
    uint64_t last = p->start + (p->size ? p->size - 1 : 0);
    snprintf(text, 160,
             "block %" PRIu32 ": heap+0x%" PRIx64 "..0x%" PRIx64 ", %s at line %" PRIu32, p->id,
             p->start, last, operation_name(&run->trace->operations[p->made], name), p->line);
    return text;
}

static bool accuse(struct run *run, enum finding_code code, uint32_t line, const char *format,
                   ...) __attribute__((format(printf, 4, 5)));

/* Records what is wrong; returns false, the judges' word for it. */
static bool accuse(struct run *run, enum finding_code code, uint32_t line, const char *format,
                   ...)
{
    va_list args;
    va_start(args, format);
    findings_addv(run->findings, code, run->options->name, line, format, args);
    va_end(args);
    return false;
}

static struct finding *last_finding(const struct run *run)
{
    return &run->findings->items[run->findings->count - 1];
}

/* What a replay has to look for. */
static bool suspect(struct run *run, enum suspicion kind, uint64_t offset, uint64_t moved)
{
    run->suspect = (struct suspect){
        .kind = kind, .at = run->at, .offset = offset, .moved = moved, .end = UINT64_MAX};
    return false;
}

/* Everything below that judges returns true when all is well; false ends the trace. */

static bool judge_outcome(struct run *run, enum outcome outcome, uint32_t line,
                          const char *what)
{
    if (outcome == OUTCOME_DONE)
        return true;
    outcome_report(run->findings, &run->process, &run->shadow, outcome, run->options->program,
                   run->options->name, line, what);
    if (outcome == OUTCOME_TIMEOUT && run->options->explain)
        culprit_catch(&run->process, run->options->program, last_finding(run));
    return suspect(run, outcome < OUTCOME_TIMEOUT ? SUSPECT_SIGNAL : SUSPECT_NOTHING, 0, 0);
}

static bool judge_slack(struct run *run, uint32_t line, const char *what)
{
    uint64_t at = run->process.slack_damage, end = run->process.heap.brk.size;
    if (at == HEAP_NOWHERE)
        return true;
    suspect(run, SUSPECT_BREAK, at, at);
    if (at < end)
        return accuse(run, FINDING_PAST_BREAK, line,
                      "%s wrote past the program break: at heap+0x%" PRIx64
                      ", before it raised the break to heap+0x%" PRIx64,
                      what, at, end);
    return accuse(run, FINDING_PAST_BREAK, line,
                  "%s wrote past the program break: at heap+0x%" PRIx64 ", byte %" PRIu64
                  " past the break (heap+0x%" PRIx64 ")",
                  what, at, at - end + 1, end);
}

static bool judge_intact(struct run *run, const struct payload *p, uint32_t line,
                         const char *before)
{
    char text[160];
    uint64_t bad = payload_check(&run->filler, p, p->start, p->size);
    if (bad == HEAP_NOWHERE)
        return true;
    suspect(run, SUSPECT_PAYLOAD, p->start + bad, p->start + bad);
    run->suspect.made = p->made;
    run->suspect.start = p->start;
    run->suspect.end = p->start + p->size;
    run->suspect.block = p->id;
    run->suspect.line = p->line;
    return accuse(run, FINDING_CORRUPTED, line,
                  "block %" PRIu32 " was damaged: byte %" PRIu64 " of %" PRIu64
                  " (heap+0x%" PRIx64 ") is not what the program wrote; seen %s\n%s",
                  p->id, bad, p->size, p->start + bad, before, describe(run, p, text));
}

/*
 * May the allocator answer NULL? Only when even one that never reuses memory, with as much
 * overhead as payload, would have passed the heap's limit by what was asked of it so far.
 * What it made of the break is no excuse: it may have raised it for nothing.
 */
static bool may_refuse(const struct run *run, uint64_t bytes)
{
    uint64_t limit = run->process.heap.brk.limit;
    return bytes == 0 || limit < NULL_ALLOWANCE || bytes > limit ||
           run->asked > (limit - NULL_ALLOWANCE) / 2;
}

/* Adds to what was asked for. A request beyond the limit is refused and costs nothing. */
static void count_request(struct run *run, const struct operation *op)
{
    uint64_t bytes = operation_bytes(op), limit = run->process.heap.brk.limit;
    if (op->kind != OP_FREE && bytes <= limit && run->asked <= limit)
        run->asked += bytes + OPERATION_ALLOWANCE;
}

static bool judge_null(struct run *run, const struct operation *op)
{
    char name[64];
    if (may_refuse(run, operation_bytes(op)))
        return true;
    return accuse(run, FINDING_NO_MEMORY, op->line,
                  "%s returned NULL, though the heap has room: only %" PRIu64 " of %" PRIu64
                  " bytes were asked for so far",
                  operation_name(op, name), run->asked, run->process.heap.brk.limit);
}

/* Is [pointer, pointer + size) a place that the allocator may hand out? */
static bool judge_place(struct run *run, const struct operation *op, uint64_t pointer,
                        uint64_t size)
{
    char name[64], a[160], b[160];
    uint64_t start = pointer - run->process.rules->heap_start, end = run->process.heap.brk.size;
    operation_name(op, name);
    if (start > end || size > end - start)
        return accuse(run, FINDING_OUT_OF_HEAP, op->line,
                      "%s returned 0x%" PRIx64 ", but its %" PRIu64
                      " bytes do not lie in the heap (0x%" PRIx64 " to the break at 0x%" PRIx64
                      ")",
                      name, pointer, size, run->process.rules->heap_start,
                      run->process.rules->heap_start + end);
    if (start % run->options->alignment)
        return accuse(run, FINDING_MISALIGNED, op->line,
                      "%s returned heap+0x%" PRIx64 ", which is not a multiple of %" PRIu32,
                      name, start, run->options->alignment);
    uint32_t other = shadow_overlap(&run->shadow, start, size);
    if (other == SHADOW_NONE)
        return true;
    struct payload p = {.start = start,
                        .size = size,
                        .id = op->id,
                        .line = op->line,
                        .made = (uint32_t)(op - run->trace->operations)};
    return accuse(run, FINDING_OVERLAP, op->line,
                  "block %" PRIu32 " overlaps block %" PRIu32 "\n%s\n%s", op->id,
                  payload_at(run, other)->id, describe(run, &p, a),
                  describe(run, payload_at(run, other), b));
}

static void settle(struct run *run, const struct operation *op, struct payload *p)
{
    p->id = op->id;
    p->line = op->line;
    p->made = (uint32_t)(op - run->trace->operations);
    run->blocks[op->id] = shadow_add(&run->shadow, p);
    if (run->shadow.live_bytes > run->result->peak_payload)
        run->result->peak_payload = run->shadow.live_bytes;
}

static bool judge_zero(struct run *run, const struct operation *op, uint64_t start,
                       uint64_t size)
{
    char name[64];
    uint64_t bad = payload_check_zero(&run->filler, start, size);
    if (bad == HEAP_NOWHERE)
        return true;
    suspect(run, SUSPECT_CALLOC, start + bad, start + bad);
    run->suspect.start = start;
    return accuse(run, FINDING_NOT_ZEROED, op->line,
                  "%s returned memory that is not zero: byte %" PRIu64 " of %" PRIu64,
                  operation_name(op, name), bad, size);
}

static bool after_allocation(struct run *run, const struct operation *op, uint64_t pointer)
{
    uint64_t size = operation_bytes(op), product;
    if (pointer == 0)
        return judge_null(run, op);
    if (__builtin_mul_overflow(op->count, op->size, &product))
        return accuse(run, FINDING_OVERFLOW, op->line,
                      "calloc(%" PRIu64 ", %" PRIu64
                      ") returned a pointer, but the product does not fit into size_t",
                      op->count, op->size);
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

static bool judge_kept(struct run *run, const struct operation *op, const struct payload *old,
                       uint64_t start)
{
    char name[64], text[160];
    uint64_t kept = old->size < op->size ? old->size : op->size;
    uint64_t bad = payload_check(&run->filler, old, start, kept);
    if (bad == HEAP_NOWHERE)
        return true;
    suspect(run, SUSPECT_REALLOC, old->start + bad, start + bad);
    run->suspect.start = start;
    return accuse(run, FINDING_REALLOC_LOST, op->line,
                  "%s did not keep the contents: byte %" PRIu64 " of %" PRIu64
                  " to be kept differs\n%s\nnow: heap+0x%" PRIx64,
                  operation_name(op, name), bad, kept, describe(run, old, text), start);
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
        payload_densify(&run->filler, p);
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

/* The student's own checker. Its word ends nothing; it is asked no more once it said no. */
static bool ask_checker(struct run *run, const struct operation *op)
{
    char name[64];
    bool sound = true;
    if (!run->checkheap)
        return true;
    enum outcome outcome = process_checkheap(&run->process, op->line, &sound);
    if (!judge_outcome(run, outcome, op->line, "mm_checkheap") ||
        !judge_slack(run, op->line, "mm_checkheap"))
        return false;
    if (!sound) {
        run->checkheap = false;
        accuse(run, FINDING_CHECKHEAP, op->line,
               "mm_checkheap says the heap is not sound after %s", operation_name(op, name));
    }
    return true;
}

/* The live payload, other than that of `op`, that reaches above the lowest break. */
static uint32_t cut_payload(const struct run *run, const struct operation *op)
{
    uint64_t lowest = run->process.heap.lowest;
    uint32_t own = run->blocks[op->id], below = shadow_at_or_below(&run->shadow, lowest);
    if (below != SHADOW_NONE && below != own) {
        const struct payload *p = payload_at(run, below);
        if (p->start + p->size > lowest)
            return below;
    }
    uint32_t above = shadow_at_or_above(&run->shadow, lowest);
    while (above != SHADOW_NONE && (above == own || payload_at(run, above)->size == 0))
        above = shadow_at_or_above(&run->shadow, payload_at(run, above)->start + 8);
    return above;
}

/* The break may not fall below a live payload, not even for a moment: its page is lost. */
static bool judge_break(struct run *run, const struct operation *op)
{
    char name[64], text[160];
    if (run->process.heap.lowest == run->process.heap.marked)
        return true;
    uint32_t index = cut_payload(run, op);
    if (index == SHADOW_NONE)
        return true;
    return accuse(run, FINDING_PAST_BREAK, op->line,
                  "%s lowered the break to heap+0x%" PRIx64 ", below the end of block %" PRIu32
                  "\n%s",
                  operation_name(op, name), run->process.heap.lowest,
                  payload_at(run, index)->id, describe(run, payload_at(run, index), text));
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

/* In a replay: the bytes in question before and after an operation. */
static void prepare(struct run *run)
{
    struct culprit *c = run->culprit;
    if (c && run->tracing && run->at == c->suspect.at)
        culprit_begin(c, &run->process);
}

static void inspect(struct run *run)
{
    struct culprit *c = run->culprit;
    if (!c)
        return;
    if (run->tracing && run->at == c->suspect.at)
        culprit_end(c);
    else if (!run->tracing && run->at == c->suspect.made)
        culprit_remember(c, &run->process.heap);
    else if (!run->tracing && run->at > c->suspect.made && run->at < c->suspect.at &&
             culprit_changed(c, &run->process.heap))
        c->suspect.at = run->at;
}

/* One operation from start to end. */
static bool step(struct run *run, const struct operation *op)
{
    char name[64];
    uint64_t block = block_pointer(run, op);
    count_request(run, op);
    heap_mark(&run->process.heap);
    bool is_long = fill_is_long(run, op);
    double begun = is_long ? clock_seconds() : 0;
    if (!before(run, op))
        return false;
    if (is_long)
        run->process.grace += clock_seconds() - begun;
    run->process.orders->operations[0] = *op;
    run->process.orders->operations[0].pointer = block;
    prepare(run);
    enum outcome outcome = process_perform(&run->process, 1);
    if (outcome != OUTCOME_DONE || run->process.slack_damage != HEAP_NOWHERE) {
        operation_name(op, name);
        return judge_outcome(run, outcome, op->line, name) && judge_slack(run, op->line, name);
    }
    uint64_t pointer = *(volatile uint64_t *)&run->process.replies->pointers[0];
    run->result->pointers[run->result->performed++] = pointer;
    note_break(run);
    begun = is_long ? clock_seconds() : 0;
    bool good = judge_break(run, op) && after(run, op, pointer);
    if (is_long)
        run->process.grace += clock_seconds() - begun;
    return good && ask_checker(run, op);
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
    if (!ready)
        return accuse(run, FINDING_INIT_FAILED, 0, "mm_init reported failure on an empty heap");
    return visit(run, 0);
}

static bool judge_survivors(struct run *run)
{
    for (size_t i = 0; i < run->shadow.payload_count; i++) {
        const struct payload *p = &run->shadow.payloads[i];
        if (p->live && !judge_intact(run, p, p->line, "at the end of the trace"))
            return false;
    }
    return true;
}

/* How often private memory is counted in a trace, about. */
enum { PRIVATE_LOOKS = 8 };

/* Counts private pages; a runner that is gone hides what it had. */
static bool judge_private(struct run *run)
{
    uint64_t pages = process_private_pages(&run->process);
    if (pages > run->result->private_pages)
        run->result->private_pages = pages;
    return pages ||
           accuse(run, FINDING_EXITED, 0, "the process ended by itself after the last call");
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
        /* What is given back before the end counts too; when we look is a secret. */
        if (!run->options->brief &&
            fill_mix(run->filler.secret[0] ^ i) % (trace->count / PRIVATE_LOOKS + 1) == 0 &&
            !judge_private(run))
            return false;
        if (i % 1024 == 1023 && !judge_outcome(run, process_watch(&run->process),
                                               trace->operations[i].line, "the trace so far"))
            return false;
    }
    run->at = trace->count;
    return judge_survivors(run) && judge_private(run);
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
}

/* Returns whether only an eager run can tell. */
static bool run_once(struct run *run, const struct process_rules *rules, bool eager)
{
    process_start(&run->process, rules, run->options->program, PLACE_BESIDE, run->trace->ids);
    run->process.orders->demanding = run->options->demanding;
    filler_open(&run->filler, &run->process.heap, eager);
    fix_secrets(run);
    share_secrets(run);
    run->checkheap = run->options->checkheap;
    memset(run->blocks, 0xff, (run->trace->ids + (size_t)1) * sizeof *run->blocks);
    run->result->performed = 0;
    run->result->peak_payload = 0;
    run->result->private_pages = 0;
    run->eager = eager;
    run->asked = 0;
    run->result->valid = go_through(run);
    take_measures(run);
    run->result->slow_in_all = run->process.slow_in_all;
    bool doubt = run->result->valid && run->filler.suspicious;
    process_end(&run->process);
    shadow_clear(&run->shadow);
    filler_close(&run->filler);
    return doubt;
}

/* The same run again, to be watched by `culprit`. Its outcome counts for nothing. */
static void replay(const struct run *first, const struct process_rules *rules,
                   struct culprit *culprit, bool tracing)
{
    struct run run = *first;
    struct findings findings = {0};
    struct checked_result result = {0};
    struct checked_options options = *first->options;
    options.explain = false;
    options.breaks = NULL;
    size_t ids = run.trace->ids + (size_t)1;
    result.pointers = must_alloc(run.trace->count * sizeof *result.pointers);
    run.blocks = must_alloc(ids * sizeof *run.blocks);
    run.options = &options;
    run.result = &result;
    run.findings = &findings;
    run.culprit = culprit;
    run.tracing = tracing;
    run_once(&run, rules, run.eager);
    free(run.blocks);
    free(result.pointers);
    findings_clear(&findings);
}

/* "free at line 57" */
static void describe_operation(const struct run *run, size_t at, char text[96])
{
    char name[64];
    const struct operation *op = &run->trace->operations[at];
    if (at == CULPRIT_INIT)
        snprintf(text, 96, "mm_init");
    else
        snprintf(text, 96, "%s at line %" PRIu32, operation_name(op, name), op->line);
}

/* Looks for the line of source behind the last finding, and adds it. */
static void explain(struct run *run, const struct process_rules *rules)
{
    char operation[96];
    struct culprit culprit = {.suspect = run->suspect};
    double begun = clock_seconds();
    if (run->suspect.kind == SUSPECT_NOTHING || !culprit_has_time(run->result->seconds))
        return;
    if (run->suspect.kind == SUSPECT_PAYLOAD)
        replay(run, rules, &culprit, false);
    if (culprit.suspect.at == run->trace->count)
        return; /* it did not come again */
    unsigned attempt = 0;
    for (; culprit_wants(&culprit, attempt); attempt++)
        replay(run, rules, &culprit, true);
    describe_operation(run, culprit.suspect.at, operation);
    if (culprit.suspect.at != CULPRIT_INIT)
        last_finding(run)->culprit.trace_line = run->trace->operations[culprit.suspect.at].line;
    culprit_tell(&culprit, run->options->program, operation, last_finding(run));
    culprit_spend(clock_seconds() - begun);
}

void checked_run(const struct process_rules *rules, const struct checked_options *options,
                 const struct trace *trace, struct checked_result *result,
                 struct findings *findings)
{
    double begun = clock_seconds();
    *result = (struct checked_result){0};
    result->pointers = must_alloc(trace->count * sizeof *result->pointers);
    struct findings first = {0};
    struct run run = {.options = options, .trace = trace, .result = result, .findings = &first};
    run.blocks = must_alloc((trace->ids + (size_t)1) * sizeof *run.blocks);
    if (run_once(&run, rules, false)) {
        note("%s: repeated with every payload filled", options->name);
        findings_clear(&first);
        run.suspect = (struct suspect){0};
        run_once(&run, rules, true);
    }
    result->seconds = clock_seconds() - begun;
    if (options->explain)
        explain(&run, rules);
    free(run.blocks);
    free(run.slack_secret);
    findings_move(findings, &first);
}

uint64_t checked_baseline(const struct process_rules *rules, const char *program)
{
    struct process p;
    bool ready;
    process_start(&p, rules, program, PLACE_BESIDE, 0);
    p.orders->operations[0] = (struct operation){.kind = OP_CALLOC, .count = 1, .size = 1};
    if (process_init(&p, &ready) != OUTCOME_DONE || process_perform(&p, 1) != OUTCOME_DONE)
        die("%s: the empty runner does not run here; try make clean, then make", program);
    uint64_t pages = process_private_pages(&p);
    process_end(&p);
    return pages;
}
