/*
 * fuzz_referee.c - a runner that says anything, in turn or out of it: the referee may find
 * fault with it, and nothing else.
 *
 * The input is a short trace, three bytes for an operation, and what the runner says in the
 * checked and in the timed run (puppet.h). A call of die(), a crash, a hang, memory out of
 * bounds or out of proportion ends the fuzzer.
 */
#include "checked.h"
#include "fuzz.h"
#include "puppet.h"
#include "timed.h"
#include <math.h>

#define HEAP_ROOM ((uint64_t)1 << 30)
enum { MAX_OPERATIONS = 24 };

struct input {
    const uint8_t *at;
    size_t left;
};

static uint8_t take(struct input *in)
{
    return in->left ? (in->left--, *in->at++) : 0;
}

static uint64_t size_of(uint8_t code)
{
    static const uint64_t odd[] = {
        0, 4096, 8192, 131072, 200000, 1u << 20, 3u << 20, (uint64_t)1 << 40, SIZE_MAX};
    return code < 240 ? code : odd[(code - 240) % (sizeof odd / sizeof *odd)];
}

/* An operation that the trace reader would accept, whatever the bytes are. */
static struct operation operation(struct input *in, unsigned char live[PUPPET_IDS])
{
    uint8_t what = take(in), size = take(in), count = take(in);
    uint32_t id = what / 4 % PUPPET_IDS;
    struct operation op = {.kind = what % 4, .id = id, .count = 1, .size = size_of(size)};
    if (op.kind == OP_FREE && !live[id])
        op.id = count % 2 ? PUPPET_IDS : id, op.kind = count % 2 ? OP_FREE : OP_MALLOC;
    else if (live[id] == 1 && (op.kind == OP_MALLOC || op.kind == OP_CALLOC))
        op.kind = OP_REALLOC;
    if (op.kind == OP_CALLOC)
        op.count = size_of(count);
    if (op.id < PUPPET_IDS)
        live[id] = op.kind == OP_FREE ? 0 : op.kind == OP_REALLOC && op.size == 0 ? 2 : 1;
    return op;
}

static struct trace read_trace(struct input *in, struct operation *operations)
{
    unsigned char live[PUPPET_IDS] = {0};
    size_t count = 1 + take(in) % MAX_OPERATIONS;
    for (size_t i = 0; i < count; i++) {
        operations[i] = operation(in, live);
        operations[i].line = (uint32_t)i + 5;
    }
    return (struct trace){.operations = operations, .count = count, .ids = PUPPET_IDS};
}

static void race(const struct process_rules *rules, const struct trace *trace,
                 const struct checked_result *checked, struct findings *findings)
{
    const struct timed_options options = {.rules = rules,
                                          .program = "/dev/null",
                                          .reference = PUPPET_REFERENCE,
                                          .name = "fuzz",
                                          .trace = trace,
                                          .checked = checked,
                                          .window = 8,
                                          .stretch = 3,
                                          .scale = 1,
                                          .hopeless_ratio = 0.1};
    struct timed timed;
    timed_open(&timed, &options, findings);
    timed_sit(&timed, INFINITY);
    for (int rounds = 0; rounds < 2 && timed_round(&timed); rounds++)
        continue;
    timed_leave(&timed);
    timed_close(&timed);
}

static void judge(const struct trace *trace, uint8_t flags, bool timed)
{
    const struct process_rules rules = {.heap_start = (uint64_t)1 << 45,
                                        .heap_room = HEAP_ROOM,
                                        .resident_limit = (uint64_t)64 << 20,
                                        .order_seconds = 0.01,
                                        .total_seconds = 0.05,
                                        .output = -1};
    const struct checked_options options = {.program = "/dev/null",
                                            .name = "fuzz",
                                            .alignment = flags & 1 ? 16 : 8,
                                            .checkheap = flags & 2};
    struct findings findings = {0};
    struct checked_result checked;
    checked_run(&rules, &options, trace, &checked, &findings);
    MUST(checked.performed <= trace->count && checked.peak_heap <= HEAP_ROOM);
    MUST(checked.valid == (findings_of(&findings, SEVERITY_ERROR) == 0));
    if (timed && checked.valid && flags % 32 == 31) /* it takes a hundred times as long */
        race(&rules, trace, &checked, &findings);
    free(checked.pointers);
    findings_clear(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct input in = {data, bytes};
    struct operation operations[MAX_OPERATIONS];
    uint8_t flags = take(&in);
    struct trace trace = read_trace(&in, operations);
    size_t first = in.left * (flags / 4 % 4) / 3; /* how much of it is for the checked run */
    puppet_plan((struct script){in.at, first}, (struct script){in.at + first, in.left - first});
    judge(&trace, flags, first < in.left);
    return 0;
}
