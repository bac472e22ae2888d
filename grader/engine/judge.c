#include "judge.h"
#include "outcome.h"
#include "say.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* Room that an allocator may need for itself, in all and for each request. */
#define NULL_ALLOWANCE      ((uint64_t)64 << 20)
#define OPERATION_ALLOWANCE ((uint64_t)64)

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

/* What a replay has to look for. */
static bool suspect(struct run *run, enum suspicion kind, uint64_t offset, uint64_t moved)
{
    run->suspect = (struct suspect){
        .kind = kind, .at = run->at, .offset = offset, .moved = moved, .end = UINT64_MAX};
    return false;
}

bool judge_outcome(struct run *run, enum outcome outcome, uint32_t line, const char *what)
{
    if (outcome == OUTCOME_DONE)
        return true;
    outcome_report(run->findings, &run->process, &run->shadow, outcome, run->options->name,
                   line, what);
    if (outcome == OUTCOME_TIMEOUT && run->options->explain)
        culprit_catch(&run->process, last_finding(run));
    /* The fence is looked at by the runner: where that is says nothing. */
    bool crashed =
        outcome < OUTCOME_TIMEOUT && run->process.fault.address != CHANNEL_FENCE_WRITTEN;
    return suspect(run, crashed ? SUSPECT_SIGNAL : SUSPECT_NOTHING, 0, 0);
}

bool judge_ready(struct run *run, bool ready)
{
    return ready ||
           accuse(run, FINDING_INIT_FAILED, 0, "mm_init reported failure on an empty heap");
}

bool judge_slack(struct run *run, uint32_t line, const char *what)
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

bool judge_intact(struct run *run, const struct payload *p, uint32_t line, const char *before)
{
    char text[160];
    uint64_t bad = payload_check(&run->filler, p, p->start, p->size);
    if (bad == HEAP_NOWHERE)
        return true;
    suspect(run, SUSPECT_PAYLOAD, p->start + bad, p->start + bad);
    run->suspect.made = p->made;
    run->suspect.start = p->start;
    run->suspect.end = payload_end(p);
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

void judge_count_request(struct run *run, const struct operation *op)
{
    uint64_t bytes = operation_bytes(op), limit = run->process.heap.brk.limit;
    if (op->kind != OP_FREE && bytes <= limit && run->asked <= limit)
        run->asked += bytes + OPERATION_ALLOWANCE;
}

bool judge_null(struct run *run, const struct operation *op)
{
    char name[64];
    if (may_refuse(run, operation_bytes(op)))
        return true;
    return accuse(run, FINDING_NO_MEMORY, op->line,
                  "%s returned NULL, though the heap has room: only %" PRIu64 " of %" PRIu64
                  " bytes were asked for so far",
                  operation_name(op, name), run->asked, run->process.heap.brk.limit);
}

bool judge_product(struct run *run, const struct operation *op, const char *did)
{
    uint64_t product;
    if (!__builtin_mul_overflow(op->count, op->size, &product))
        return true;
    return accuse(run, FINDING_OVERFLOW, op->line,
                  "calloc(%" PRIu64 ", %" PRIu64
                  ") %s, but the product does not fit into size_t",
                  op->count, op->size, did);
}

bool judge_place(struct run *run, const struct operation *op, uint64_t pointer, uint64_t size)
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

bool judge_zero(struct run *run, const struct operation *op, uint64_t start, uint64_t size)
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

bool judge_kept(struct run *run, const struct operation *op, const struct payload *old,
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

bool judge_checkheap(struct run *run, const struct operation *op)
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
static const struct payload *cut_payload(const struct run *run, const struct operation *op)
{
    uint64_t lowest = run->process.heap.lowest;
    uint32_t index = run->blocks[op->id];
    const struct payload *own = index == SHADOW_NONE ? NULL : payload_at(run, index);
    const struct payload *below = shadow_at_or_below(&run->shadow, lowest);
    if (below && below != own && payload_end(below) > lowest)
        return below;
    const struct payload *above = shadow_at_or_above(&run->shadow, lowest);
    while (above && (above == own || above->size == 0))
        above = shadow_at_or_above(&run->shadow, above->start + 1);
    return above;
}

bool judge_break(struct run *run, const struct operation *op)
{
    char name[64], text[160];
    if (run->process.heap.lowest == run->process.heap.marked)
        return true;
    const struct payload *cut = cut_payload(run, op);
    if (!cut)
        return true;
    return accuse(
        run, FINDING_PAST_BREAK, op->line,
        "%s lowered the break to heap+0x%" PRIx64 ", below the end of block %" PRIu32 "\n%s",
        operation_name(op, name), run->process.heap.lowest, cut->id, describe(run, cut, text));
}

bool judge_survivors(struct run *run)
{
    for (size_t i = 0; i < run->shadow.payload_count; i++) {
        const struct payload *p = &run->shadow.payloads[i];
        if (p->live && !judge_intact(run, p, p->line, "at the end of the trace"))
            return false;
    }
    return true;
}

void judge_note_borrowed(struct run *run, uint32_t line)
{
    for (size_t i = 0; i < run->shadow.payload_count && !run->borrowed_at; i++) {
        const struct payload *p = &run->shadow.payloads[i];
        if (!p->live || payload_check(&run->filler, p, p->start, p->size) == HEAP_NOWHERE)
            continue;
        run->borrowed = *p;
        run->borrowed_at = line;
    }
}

bool judge_borrowed(struct run *run)
{
    char text[160];
    return run->borrowed_at == 0 ||
           accuse(run, FINDING_CORRUPTED, run->borrowed_at,
                  "block %" PRIu32 " was not what the program wrote after this line, and was "
                  "put in order again before that was to be seen\n%s",
                  run->borrowed.id, describe(run, &run->borrowed, text));
}

bool judge_private(struct run *run)
{
    uint64_t pages = process_private_pages(&run->process);
    if (pages > run->result->private_pages)
        run->result->private_pages = pages;
    uint64_t changed = residue_changed(&run->residue, run->process.pid);
    if (changed > run->result->residue)
        run->result->residue = changed;
    return pages ||
           accuse(run, FINDING_EXITED, 0, "the process ended by itself after the last call");
}
