#include "advisor.h"
#include "checked.h"
#include <stdlib.h>
#include <string.h>

enum { STEPS = 6, IDS = 3 };

/* A few calls, and what it means when they go wrong. */
struct question {
    const char *about;
    uint32_t alignment;
    struct operation steps[STEPS];
    size_t count;
};

#define ASK(kind_, id_, count_, size_)                                                         \
    {                                                                                          \
        .kind = (kind_), .id = (id_), .count = (count_), .size = (size_)                       \
    }

static const struct question questions[] = {
    {"free(NULL) should do nothing",
     8,
     {ASK(OP_FREE, IDS, 1, 0), ASK(OP_MALLOC, 0, 1, 24), ASK(OP_FREE, 0, 1, 0)},
     3},
    {"realloc(NULL, 0) should do nothing, or return what malloc(0) may",
     8,
     {ASK(OP_REALLOC, 0, 1, 0), ASK(OP_MALLOC, 1, 1, 24), ASK(OP_FREE, 1, 1, 0)},
     3},
    {"mm_calloc should exist, clear its memory, and notice a product that wraps around",
     8,
     {ASK(OP_MALLOC, 0, 1, 100), ASK(OP_FREE, 0, 1, 0), ASK(OP_CALLOC, 1, 10, 8),
      ASK(OP_CALLOC, 2, (uint64_t)1 << 61, 16), ASK(OP_FREE, 1, 1, 0)},
     5},
    {"a request that can never be met should be answered by NULL",
     8,
     {ASK(OP_MALLOC, 0, 1, UINT64_MAX - 8), ASK(OP_MALLOC, 1, 1, (uint64_t)1 << 32),
      ASK(OP_MALLOC, 2, 1, 24), ASK(OP_REALLOC, 2, 1, UINT64_MAX - 16), ASK(OP_FREE, 2, 1, 0)},
     5},
    {"64-bit programs expect payloads at multiples of 16",
     16,
     {ASK(OP_MALLOC, 0, 1, 24), ASK(OP_MALLOC, 1, 1, 16), ASK(OP_MALLOC, 2, 1, 40)},
     3},
};

static void ask(const struct process_rules *rules, const char *program,
                const struct question *question, struct findings *findings)
{
    struct operation steps[STEPS];
    const struct trace trace = {.operations = steps, .count = question->count, .ids = IDS};
    const struct checked_options options = {.program = program,
                                            .name = "classic",
                                            .alignment = question->alignment,
                                            .brief = true,
                                            .demanding = true};
    struct checked_result result;
    struct findings own = {0};
    memcpy(steps, question->steps, sizeof steps);
    checked_run(rules, &options, &trace, &result, &own);
    free(result.pointers);
    if (!result.valid && own.count)
        findings_add(findings, FINDING_BEYOND_CLASSIC, NULL, 0, "%s\n%.*s", question->about,
                     (int)strcspn(own.items[0].message, "\n"), own.items[0].message);
    findings_clear(&own);
}

void advisor_ask(const struct process_rules *rules, const char *program,
                 struct findings *findings)
{
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        ask(rules, program, &questions[i], findings);
}
