#include "finding.h"
#include "say.h"
#include <stdio.h>
#include <stdlib.h>

struct explanation {
    const char *name;
    enum severity severity;
    const char *usual_cause;
};

static const struct explanation explanations[FINDING_CODES] = {
    [FINDING_OVERLAP] =
        {"OVERLAP", SEVERITY_ERROR,
         "a split block kept its old size, a block is shorter than its payload, "
         "a block on the free list was still in use, or a block was coalesced "
         "with an allocated neighbour"},
    [FINDING_MISALIGNED] = {"MISALIGNED", SEVERITY_ERROR,
                            "the header was aligned instead of the payload, a block "
                            "size was not rounded up to the alignment, or a size or "
                            "link was followed that had been overwritten"},
    [FINDING_OUT_OF_HEAP] = {"OUT_OF_HEAP", SEVERITY_ERROR,
                             "a failed mem_sbrk was not noticed, the size overflowed "
                             "when the header was added to it or was cut to 32 bits, or a "
                             "block or the heap is taken for longer than it is"},
    [FINDING_PAST_BREAK] = {"PAST_BREAK", SEVERITY_ERROR,
                            "a header or footer was written at the end of the heap, "
                            "where no room had been asked for or mem_sbrk had refused "
                            "it; a block is taken for longer than it is, or more was "
                            "copied than it holds; or the break was lowered too far"},
    [FINDING_CORRUPTED] = {"CORRUPTED", SEVERITY_ERROR,
                           "a header, footer or free-list pointer was written into a live "
                           "payload: a wrong block size, or a block freed too early"},
    [FINDING_REALLOC_LOST] = {"REALLOC_LOST", SEVERITY_ERROR,
                              "too few bytes were copied (perhaps because the old block is "
                              "shorter than its payload), they were copied after the old "
                              "block was changed, a header was copied with them, the new "
                              "block lies over the old one, or what was cut off began too "
                              "early"},
    [FINDING_NOT_ZEROED] = {"NOT_ZEROED", SEVERITY_ERROR,
                            "the memory was taken from a freed block, or from where the "
                            "break had been lowered, and not cleared, or fewer than count * "
                            "size bytes were"},
    [FINDING_OVERFLOW] = {"OVERFLOW", SEVERITY_ERROR,
                          "count * size was computed in size_t and wrapped around; compare "
                          "size with SIZE_MAX / count first"},
    [FINDING_NO_MEMORY] = {"NO_MEMORY", SEVERITY_ERROR,
                           "no free block was found and the break was not raised, the "
                           "address that was found is not returned, or a size or an "
                           "increment was cut to 32 bits or wrapped around"},
    [FINDING_INIT_FAILED] = {"INIT_FAILED", SEVERITY_ERROR,
                             "the result of mem_sbrk was tested the wrong way round, or "
                             "mm_init returns 0 for success: that is false; success is true"},
    [FINDING_CRASH] = {"CRASH", SEVERITY_ERROR,
                       "a block size or free-list link was overwritten: by the "
                       "allocator, or by the program, in a block that is too small "
                       "or still on a free list; a pointer was never set, or is "
                       "what a failed mem_sbrk returned; or an index is out of range"},
    [FINDING_EXITED] = {"EXITED", SEVERITY_ERROR,
                        "exit, abort or a failed assert: an allocator must return to its "
                        "caller, with NULL if it cannot help"},
    [FINDING_TIMEOUT] = {"TIMEOUT", SEVERITY_ERROR,
                         "a loop over blocks met a block of size 0, the free list has become a "
                         "ring that never ends, every call goes through all blocks, or far too "
                         "many bytes are cleared or copied"},
    [FINDING_TOUCHED_TOO_MUCH] =
        {"TOUCHED_TOO_MUCH", SEVERITY_ERROR,
         "the allocator clears, copies or reads memory that nobody has "
         "used; only calloc has to clear"},
    [FINDING_NONDETERMINISTIC] = {"NONDETERMINISTIC", SEVERITY_ERROR,
                                  "a decision depends on bytes of a payload, on memory that "
                                  "was never set, or on time; or mm_checkheap, which checked "
                                  "runs alone call, changes the heap"},
    [FINDING_BUSY] = {"BUSY", SEVERITY_ERROR,
                      "the submission interferes with the measurement; no honest allocator "
                      "runs while nobody calls it"},
    [FINDING_CHECKHEAP] = {"CHECKHEAP", SEVERITY_WARNING,
                           "the heap is damaged and the payloads do not show it yet, or the "
                           "checker itself is wrong"},
    [FINDING_FORBIDDEN] = {"FORBIDDEN", SEVERITY_ERROR,
                           "the allocator asks the C library or the kernel for something; all "
                           "that it may use is memlib, and memcpy and its like"},
    [FINDING_COMPILE] = {"COMPILE", SEVERITY_ERROR,
                         "a spelling mistake or a missing function; the compiler's first "
                         "message is the one to read"},
    [FINDING_WARNINGS] = {"WARNINGS", SEVERITY_ADVICE,
                          "the compiler sees something that is legal C and rarely meant"},
    [FINDING_STATIC_DATA] = {"STATIC_DATA", SEVERITY_ADVICE,
                             "a global array; bookkeeping belongs into the heap, where it "
                             "counts the same and has no fixed size"},
    [FINDING_PRIVATE_STATE] = {"PRIVATE_STATE", SEVERITY_ADVICE,
                               "deep recursion, printf and its buffers, or bookkeeping that is "
                               "kept on the stack or in the C library's memory"},
    [FINDING_MACROS] = {"MACROS", SEVERITY_ADVICE,
                        "a habit of old C; a static inline function is as fast, has types that "
                        "the compiler checks, and evaluates each argument once"},
    [FINDING_INCONCLUSIVE] = {"INCONCLUSIVE", SEVERITY_WARNING,
                              "the machine is busy, or its speed jumps: grade it again on an "
                              "idle one, or allow more time in the policy "
                              "(timing.official_seconds); `make doctor` looks for the reason"},
    [FINDING_BEYOND_CLASSIC] = {"BEYOND_CLASSIC", SEVERITY_ADVICE,
                                "the CS:APP lab never asks for it, so it costs nothing here; "
                                "real programs do, and so does the modern profile"},
    [FINDING_OVERFITTED] = {"OVERFITTED", SEVERITY_WARNING,
                            "the allocator was tuned to the sizes or the order of a published "
                            "trace; a general size class or policy serves every input"},
    [FINDING_METRICS_DISAGREE] = {"METRICS_DISAGREE", SEVERITY_WARNING,
                                  "many instructions that wait for nothing, or few that wait "
                                  "for memory; or one of the two counts was tampered with: a "
                                  "person should look at it"},
};

static void append(struct findings *list, const struct finding *finding)
{
    list->items = must_grow(list->items, list->count, &list->room, sizeof *list->items);
    list->items[list->count++] = *finding;
}

void findings_addv(struct findings *list, enum finding_code code, const char *trace,
                   uint32_t line, const char *format, va_list args)
{
    char message[4096];
    vsnprintf(message, sizeof message, format, args);
    append(list, &(struct finding){.code = code,
                                   .trace = trace ? must_copy(trace) : NULL,
                                   .line = line,
                                   .message = must_copy(message)});
}

void findings_add(struct findings *list, enum finding_code code, const char *trace,
                  uint32_t line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    findings_addv(list, code, trace, line, format, args);
    va_end(args);
}

void findings_move(struct findings *to, struct findings *from)
{
    for (size_t i = 0; i < from->count; i++)
        append(to, &from->items[i]);
    free(from->items);
    *from = (struct findings){0};
}

void findings_clear(struct findings *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].trace);
        free(list->items[i].message);
        free(list->items[i].next);
    }
    free(list->items);
    *list = (struct findings){0};
}

const char *finding_name(enum finding_code code)
{
    return explanations[code].name;
}

enum severity finding_severity(enum finding_code code)
{
    return explanations[code].severity;
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"error", "warning", "advice"};
    return names[severity];
}

const char *finding_usual_cause(enum finding_code code)
{
    return explanations[code].usual_cause;
}

size_t findings_of(const struct findings *list, enum severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += finding_severity(list->items[i].code) == severity;
    return count;
}
