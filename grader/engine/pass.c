#include "pass.h"
#include "fill.h"
#include "outcome.h"
#include "say.h"
#include "stats.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { EMPTY_ORDERS = 15 };

/* A heap up to this size is made of pages that exist; of larger ones few are ever used. */
#define POPULATED_BYTES ((uint64_t)64 << 20)

/* No stretch is shorter than this, whatever a clock says. */
#define SHORTEST_SECONDS 1e-9

uint64_t pass_toss(struct pass_game *game)
{
    return game->coin = fill_mix(game->coin);
}

/* The heap's file ends at the highest break: what lies above it is no place for anything. */
void pass_sit(struct pass_game *game, struct pass_side *side, const char *program,
              const struct checked_result *expected)
{
    uint64_t room = game->rules->heap_room;
    *side =
        (struct pass_side){.expected = expected, .stretch = game->window, .limit = INFINITY};
    process_prepare(&side->process, game->rules, program, PLACE_WITH_US, game->trace->ids,
                    game->window);
    usage_open(&side->usage, game->trace->ids, game->rules->heap_start);
    heap_set_file(&side->process.heap, expected ? expected->peak_heap : room);
    side->cold = !expected || expected->peak_heap > POPULATED_BYTES;
    if (!side->cold)
        heap_populate(&side->process.heap, expected->peak_heap);
}

void pass_leave(struct pass_side *side)
{
    usage_close(&side->usage);
    process_end(&side->process);
}

static void accuse_difference(struct pass_game *game, size_t index, uint64_t was, uint64_t is)
{
    char name[64];
    const struct operation *op = &game->trace->operations[index];
    findings_add(game->findings, FINDING_NONDETERMINISTIC, game->name, op->line,
                 "%s returned 0x%" PRIx64 " in the checked run and 0x%" PRIx64
                 " in the timed run of the same trace",
                 operation_name(op, name), was, is);
}

/* The pointers of a window that starts at operation `first`; replies are a stranger's. */
static bool same_pointers(struct pass_game *game, const struct pass_side *side, size_t first,
                          size_t count)
{
    const volatile uint64_t *replies = side->process.replies->pointers;
    for (size_t i = 0; side->expected && i < count; i++) {
        uint64_t is = replies[i], was = side->expected->pointers[first + i];
        if (is == was)
            continue;
        accuse_difference(game, first + i, was, is);
        return false;
    }
    return true;
}

static bool same_heap(struct pass_game *game, const struct pass_side *side)
{
    uint64_t peak = *(volatile uint64_t *)&side->process.replies->break_peak;
    if (!side->expected || peak == side->expected->peak_heap)
        return true;
    findings_add(game->findings, FINDING_NONDETERMINISTIC, game->name, 0,
                 "the heap reached %" PRIu64 " bytes in the checked run and %" PRIu64
                 " in the timed run of the same trace",
                 side->expected->peak_heap, peak);
    return false;
}

static void must_not_be_ours(const struct pass_game *game, const struct pass_side *side)
{
    if (!side->expected)
        die("the reference solution failed on trace %s; run `make check`", game->name);
}

/*
 * A runner that did not do in the timed run what it did in the checked one. Heap that it did
 * not need there does not exist here.
 */
static enum pass_end fail(struct pass_game *game, struct pass_side *side, enum outcome outcome,
                          uint32_t line, const char *what)
{
    must_not_be_ours(game, side);
    const struct process *p = &side->process;
    uint64_t peak = side->expected->peak_heap, at = p->fault.address - p->rules->heap_start;
    if (outcome == OUTCOME_FAULT && at >= peak && at < p->rules->heap_room)
        findings_add(game->findings, FINDING_NONDETERMINISTIC, game->name, line,
                     "%s touched heap+0x%" PRIx64 ", and the heap reached only %" PRIu64
                     " bytes in the checked run of the same trace",
                     what, at, peak);
    else
        outcome_report(game->findings, p, NULL, outcome, game->name, line, what);
    return PASS_FAILED;
}

static bool judge_payload(struct pass_game *game, const struct pass_side *side, uint32_t id,
                          size_t last)
{
    if (id == UINT32_MAX || !side->expected)
        return true;
    findings_add(game->findings, FINDING_NONDETERMINISTIC, game->name,
                 game->trace->operations[last].line,
                 "block %" PRIu32 " lost its bytes in the timed run, and kept them in the "
                 "checked run of the same trace; seen at this line",
                 id);
    return false;
}

/*
 * Between windows, untimed: the program reads and writes its payloads. Now and then, and an
 * allocator cannot know when, it reads all of them.
 */
static bool settle_window(struct pass_game *game, struct pass_side *side, size_t last)
{
    uint32_t id = usage_settle(&side->usage, &side->process.heap);
    if (id == UINT32_MAX && side->expected && pass_toss(game) % 16 == 0)
        id = usage_verify(&side->usage, &side->process.heap);
    return judge_payload(game, side, id, last);
}

static void note_outside(struct pass_side *side)
{
    process_await_rest(&side->process); /* then its stack is wiped, too */
    uint64_t pages = process_private_pages(&side->process);
    uint64_t changed = residue_changed(&side->memory, side->process.pid);
    if (pages > side->private_pages)
        side->private_pages = pages;
    if (changed > side->residue)
        side->residue = changed;
}

/*
 * Once in a pass, and nobody knows when: is anything remembered elsewhere than in the heap?
 * What lies where only the runner's own table of blocks has to be, or above the break, is gone
 * then.
 */
static void look_around(struct pass_side *side, size_t last)
{
    struct heap *heap = &side->process.heap;
    size_t bytes;
    uint64_t *blocks = process_blocks(&side->process, &bytes);
    note_outside(side);
    usage_list(&side->usage, blocks, bytes);
    if (side->expected && side->expected->breaks)
        heap_zero(heap, page_up(side->expected->breaks[last + 1], heap->page));
}

/* The pointers of a stretch of operations, known to be right or of the reference. */
static const uint64_t *pointers_of(const struct pass_side *side, size_t first)
{
    return side->expected ? &side->expected->pointers[first] : side->process.replies->pointers;
}

/* What was computed since the last reading is paid; from here on `account` pays. */
static void charge(struct pass_side *side, double *account)
{
    double now = process_seconds(&side->process);
    *side->account += now - side->clock;
    side->used += now - side->clock;
    side->clock = now;
    side->account = account;
}

static void open_account(const struct pass_game *game, struct pass_side *side, double *account)
{
    *account -= game->empty_order;
    charge(side, account);
}

/* After the answer: what follows is paid too, and remembered as work that nobody asked for. */
static void note_answer(struct pass_side *side)
{
    charge(side, side->account);
    side->between -= side->used;
}

static void note_order(struct pass_side *side)
{
    side->between += side->used;
}

/* Operations in one go. */
static enum pass_end run_stretch(struct pass_game *game, struct pass_side *side, size_t at,
                                 size_t count, double *seconds)
{
    const struct operation *operations = &game->trace->operations[at];
    memcpy(side->process.orders->operations, operations, count * sizeof *operations);
    open_account(game, side, seconds);
    note_order(side);
    enum outcome outcome = process_perform(&side->process, (uint32_t)count);
    note_answer(side);
    bool ended = outcome == OUTCOME_DONE || outcome == OUTCOME_TIMEOUT;
    side->performed += outcome == OUTCOME_DONE ? count : 0;
    if (ended && side->used > side->limit)
        return PASS_CUT;
    if (outcome != OUTCOME_DONE)
        return fail(game, side, outcome, operations[0].line,
                    "in the timed run, an operation at or after this line");
    if (!same_pointers(game, side, at, count))
        return PASS_FAILED;
    usage_follow(&side->usage, operations, pointers_of(side, at), count);
    return PASS_COMPLETE;
}

/* The warming or the timed part of a window. */
static enum pass_end run_part(struct pass_game *game, struct pass_side *side, size_t at,
                              size_t end, double *seconds)
{
    enum pass_end how = PASS_COMPLETE;
    for (size_t count; how == PASS_COMPLETE && at < end; at += count) {
        count = end - at < side->stretch ? end - at : side->stretch;
        how = run_stretch(game, side, at, count, seconds);
    }
    return how;
}

static enum pass_end run_window(struct pass_game *game, struct pass_side *side, size_t at,
                                size_t count, double *seconds, double *untimed)
{
    size_t warm = at + windows_warming(count);
    enum pass_end end = run_part(game, side, at, warm, untimed);
    if (end == PASS_COMPLETE)
        end = run_part(game, side, warm, at + count, seconds);
    if (end == PASS_COMPLETE && !settle_window(game, side, at + count - 1))
        end = PASS_FAILED;
    return end;
}

/* What a hand-over takes of a runner that has nothing to do. */
static double measure_order(struct process *p)
{
    double samples[EMPTY_ORDERS];
    for (size_t i = 0; i < EMPTY_ORDERS; i++) {
        double begun = process_seconds(p);
        process_perform(p, 0);
        samples[i] = process_seconds(p) - begun;
    }
    return stats_median(samples, EMPTY_ORDERS);
}

/*
 * mm_init, once the C library and what comes before main() have had their turn, unpaid. What
 * they put into the heap is gone before it: nobody prepares a heap for nothing.
 */
static enum pass_end set_up(struct pass_game *game, struct pass_side *side, double *untimed)
{
    bool ready = false;
    static double nobody;
    enum outcome outcome = process_perform(&side->process, 0);
    if (outcome != OUTCOME_DONE)
        return fail(game, side, outcome, 0, "the start of the program, in the timed run,");
    if (isnan(game->empty_order))
        game->empty_order = measure_order(&side->process);
    heap_zero(&side->process.heap, 0);
    side->account = &nobody;
    side->clock = process_seconds(&side->process);
    side->used = 0;
    side->performed = 0;
    open_account(game, side, untimed);
    outcome = process_init(&side->process, &ready);
    note_answer(side);
    if (outcome != OUTCOME_DONE)
        return fail(game, side, outcome, 0, "mm_init in the timed run");
    process_note_constants(&side->process);
    process_await_rest(&side->process);
    residue_remember(&side->memory, side->process.pid);
    if (ready)
        return PASS_COMPLETE;
    must_not_be_ours(game, side);
    findings_add(game->findings, FINDING_NONDETERMINISTIC, game->name, 0,
                 "mm_init reported failure in the timed run, and success in the checked run of "
                 "the same trace");
    return PASS_FAILED;
}

/* All that a pass shows only at its end. */
static enum pass_end judge_end(struct pass_game *game, struct pass_side *side)
{
    uint32_t id = side->expected ? usage_verify(&side->usage, &side->process.heap) : UINT32_MAX;
    bool good = judge_payload(game, side, id, game->trace->count - 1);
    note_outside(side);
    return good && same_heap(game, side) ? PASS_COMPLETE : PASS_FAILED;
}

static enum pass_end go_through(struct pass_game *game, struct pass_side *side, double *times,
                                double *untimed)
{
    const struct windows *windows = game->windows;
    enum pass_end end = set_up(game, side, untimed);
    size_t at = 0;
    for (size_t w = 0; end == PASS_COMPLETE && w < windows->count; at = windows->ends[w++]) {
        end = run_window(game, side, at, windows->ends[w] - at, &times[w], untimed);
        if (end == PASS_COMPLETE && w == game->look)
            look_around(side, windows->ends[w] - 1);
    }
    if (end != PASS_COMPLETE)
        return end;
    charge(side, side->account);
    note_order(side);
    for (size_t w = 0; w < windows->count; w++)
        times[w] = times[w] > SHORTEST_SECONDS ? times[w] : SHORTEST_SECONDS;
    return judge_end(game, side);
}

enum pass_end pass_run(struct pass_game *game, struct pass_side *side, double *times,
                       double *untimed)
{
    memset(times, 0, game->windows->count * sizeof *times);
    *untimed = 0;
    size_t inner = game->windows->count - 1; /* not the last: what follows would show nothing */
    game->look = pass_toss(game) % (inner ? inner : 1);
    heap_zero(&side->process.heap, 0);
    usage_restart(&side->usage);
    process_spawn(&side->process);
    enum pass_end end = go_through(game, side, times, untimed);
    process_stop(&side->process);
    residue_clear(&side->memory);
    return end;
}
