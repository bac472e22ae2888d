#include "culprit.h"
#include "clock.h"
#include "say.h"
#include "source.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A grade that explains everything and never ends would be no help. */
#define SECONDS_FOR_ONE 2.0
#define SECONDS_FOR_ALL 8.0

enum { CHAIN = 6 };

static double seconds_spent;
static bool registers_do_nothing; /* a watchpoint was set here, and did not stop a write */

bool culprit_has_time(double seconds)
{
    return seconds_spent + seconds < SECONDS_FOR_ALL;
}

void culprit_spend(double seconds)
{
    seconds_spent += seconds;
}

/* First with debug registers, then step by step; a crash needs neither. */
bool culprit_wants(struct culprit *c, unsigned attempt)
{
    if (attempt == 0) {
        c->debug_registers = c->suspect.kind != SUSPECT_SIGNAL && !registers_do_nothing;
        return true;
    }
    bool again = attempt == 1 && c->debug_registers && !c->found;
    registers_do_nothing |= attempt == 2 && c->found;
    c->debug_registers = false;
    return again;
}

/* Bytes around the damage */

/* Where the window around `offset` starts: some room on both sides. */
static uint64_t window_base(uint64_t offset)
{
    uint64_t word = offset & ~(uint64_t)7;
    return word < CULPRIT_WINDOW / 2 ? 0 : word - CULPRIT_WINDOW / 2;
}

/* The place of `offset` in its window. */
static unsigned window_at(uint64_t offset)
{
    return (unsigned)(offset - window_base(offset));
}

/* Copies the bytes around `offset`, as far as the heap has them. */
static void copy_window(const struct heap *heap, uint64_t offset, uint8_t *window)
{
    uint64_t from = window_base(offset), there = from < heap->file ? heap->file - from : 0;
    memset(window, 0, CULPRIT_WINDOW);
    memcpy(window, heap->view + from, there < CULPRIT_WINDOW ? there : CULPRIT_WINDOW);
}

static uint8_t byte_at(const struct heap *heap, uint64_t offset)
{
    return offset < heap->file ? heap->view[offset] : 0;
}

/* How many bytes, with the one at `offset`, are unlike `last`, within from .. to. */
static unsigned changed_bytes(const uint8_t *last, const uint8_t *now, uint64_t offset,
                              uint64_t from, uint64_t to)
{
    uint64_t base = window_base(offset);
    unsigned at = window_at(offset), low = at, high = at;
    while (low > 0 && base + low > from && last[low - 1] != now[low - 1])
        low--;
    while (high + 1 < CULPRIT_WINDOW && base + high + 1 < to && last[high + 1] != now[high + 1])
        high++;
    return low == 0 || high == CULPRIT_WINDOW - 1 ? 0 : high - low + 1;
}

/* First replay */

void culprit_remember(struct culprit *c, const struct heap *heap)
{
    copy_window(heap, c->suspect.offset, c->last[0]);
}

bool culprit_changed(struct culprit *c, const struct heap *heap)
{
    return byte_at(heap, c->suspect.offset) != c->last[0][window_at(c->suspect.offset)];
}

/* Second replay: after each instruction */

static void accuse(struct culprit *c, const char *deed, unsigned bytes)
{
    c->found = true;
    c->deed = deed;
    c->bytes = c->tracer.repeated ? 0 : bytes;
    tracer_look_around(&c->tracer, c->tracer.before, &c->site);
}

static void look_at_payload(struct culprit *c, const uint8_t *now)
{
    const struct suspect *s = &c->suspect;
    uint8_t byte = now[window_at(s->offset)];
    if (byte == c->good)
        c->found = false; /* it was put back: not this one */
    else if (!c->found)
        accuse(c, "wrote", changed_bytes(c->last[0], now, s->offset, s->start, s->end));
}

/* Below the break everything is the allocator's; the secret bytes stand above it. */
static void look_at_break(struct culprit *c, const uint8_t *now)
{
    uint64_t offset = c->suspect.offset, end = c->heap->brk.size;
    if (c->found || offset < end || offset >= c->heap->file)
        return;
    if (now[window_at(offset)] != c->heap->secret[offset & (c->heap->page - 1)])
        accuse(c, "wrote", changed_bytes(c->last[0], now, offset, end, c->heap->file));
}

/*
 * Remembers who copied or cleared what is before the byte that was left out, as far as it is
 * watched. One byte would not do: one in 256 is right by accident, be it the first one that was
 * left out or the last one that was not.
 */
static void look_at_neighbour(struct culprit *c, const uint8_t *now, const uint8_t *last)
{
    uint64_t offset = c->suspect.moved, room = offset - c->suspect.start;
    uint64_t watched = (offset - 1) % 8 + 9, count = watched < room ? watched : room;
    size_t from = window_at(offset) - count;
    if (memcmp(now + from, last + from, count) == 0)
        return;
    c->near = true;
    tracer_look_around(&c->tracer, c->tracer.before, &c->neighbour);
}

/* The old place lost its byte. That matters if something is copied afterwards. */
static void look_at_old_place(struct culprit *c, uint8_t byte)
{
    if (c->spoiled || c->was_good || byte == c->good)
        return;
    c->spoiled = true;
    tracer_look_around(&c->tracer, c->tracer.before, &c->spoiler);
}

/*
 * The byte at its old place, and at its new one. What went wrong is the last step that kept
 * it from being right: the old place was spoiled before it was copied, or the copy was.
 */
static void look_at_realloc(struct culprit *c, const uint8_t *old, const uint8_t *new)
{
    const struct suspect *s = &c->suspect;
    unsigned at = window_at(s->moved);
    bool in_place = s->moved == s->offset;
    if (!in_place)
        look_at_old_place(c, old[window_at(s->offset)]);
    if (new[at] == c->good) {
        c->was_good = true;
        c->found = false;
    } else if (c->was_good) {
        c->was_good = false;
        accuse(c,
               in_place ? "wrote into the block that was to be kept"
                        : "wrote over bytes that had been copied",
               changed_bytes(c->last[1], new, s->moved, 0, UINT64_MAX));
    } else if (c->spoiled && !c->found &&
               memcmp(new + at, c->last[1] + at, CULPRIT_WINDOW - at) != 0) {
        accuse(c, "changed the old block before its bytes were copied", 0);
        c->site = c->spoiler;
    } else if (!c->spoiled && new[at] != c->last[1][at]) {
        accuse(c, "wrote other bytes in the place of those to be kept", 0);
    }
    look_at_neighbour(c, new, c->last[1]);
}

static void look_at_calloc(struct culprit *c, const uint8_t *now)
{
    unsigned at = window_at(c->suspect.offset);
    if (now[at] != c->last[0][at])
        accuse(c, "wrote there last",
               changed_bytes(c->last[0], now, c->suspect.offset, 0, UINT64_MAX));
    look_at_neighbour(c, now, c->last[0]);
}

/* When the break moves the referee itself writes, around the old break and the new one. */
static bool break_moved(struct culprit *c)
{
    bool moved = c->break_calls != c->heap->brk.calls;
    c->break_calls = c->heap->brk.calls;
    return moved;
}

static void look(struct tracer *tracer, void *context)
{
    struct culprit *c = context;
    uint8_t now[2][CULPRIT_WINDOW];
    (void)tracer;
    copy_window(c->heap, c->suspect.offset, now[0]);
    copy_window(c->heap, c->suspect.moved, now[1]);
    bool ours = break_moved(c) && c->suspect.kind != SUSPECT_BREAK;
    if (memcmp(now, c->last, sizeof now) == 0)
        return;
    if (ours)
        ; /* no instruction of the runner did this */
    else if (c->suspect.kind == SUSPECT_PAYLOAD)
        look_at_payload(c, now[0]);
    else if (c->suspect.kind == SUSPECT_BREAK)
        look_at_break(c, now[0]);
    else if (c->suspect.kind == SUSPECT_REALLOC)
        look_at_realloc(c, now[0], now[1]);
    else if (c->suspect.kind == SUSPECT_CALLOC)
        look_at_calloc(c, now[0]);
    memcpy(c->last, now, sizeof now);
}

bool culprit_begin(struct culprit *c, struct process *p)
{
    struct suspect *s = &c->suspect;
    uint64_t start = p->rules->heap_start;
    uint64_t before = (start + s->moved - 1) & ~(uint64_t)7;
    /* The byte at both its places, and the two words before it, where a short copy ends. */
    const uint64_t places[] = {(start + s->offset) & ~(uint64_t)7,
                               (start + s->moved) & ~(uint64_t)7, before, before - 8};
    bool is_signal = s->kind == SUSPECT_SIGNAL;
    c->heap = &p->heap;
    c->tracer = (struct tracer){.watching = c->debug_registers || is_signal,
                                .deadline = clock_seconds() + SECONDS_FOR_ONE,
                                .look = is_signal ? NULL : look,
                                .context = c};
    c->found = c->spoiled = c->near = false;
    c->break_calls = c->heap->brk.calls;
    copy_window(c->heap, s->offset, c->last[0]);
    copy_window(c->heap, s->moved, c->last[1]);
    c->good = c->last[0][window_at(s->offset)];
    c->was_good = s->kind == SUSPECT_REALLOC && s->moved == s->offset;
    if (!tracer_attach(&c->tracer, p))
        return false;
    if (c->debug_registers && !is_signal)
        return tracer_watch(&c->tracer, places, 4);
    return true;
}

/*
 * Nobody wrote the byte, but somebody the one before: that copy or clearing was too short.
 */
void culprit_end(struct culprit *c)
{
    if (!c->found && c->near) {
        c->found = true;
        c->bytes = 0;
        c->deed = c->suspect.kind == SUSPECT_CALLOC ? "cleared up to this byte, and no further"
                                                    : "copied up to this byte, and no further";
        c->site = c->neighbour;
    }
    if (c->suspect.kind == SUSPECT_SIGNAL && c->tracer.fault) {
        c->found = true;
        c->site = c->tracer.site;
    }
}

/* Words */

struct chain {
    size_t count;
    struct {
        char function[64];
        unsigned line;
    } calls[CHAIN];
    char through[64]; /* the library function that did it for mm.c, or "" */
};

static bool is_submission(const struct source_place *place, size_t frame)
{
    return frame < place->depth && strcmp(place->frames[frame].file, "mm.c") == 0;
}

/* The compiler may cut a function in two, one of which calls the other. */
static bool is_last(const struct chain *chain, const char *function)
{
    return chain->count && strcmp(chain->calls[chain->count - 1].function, function) == 0;
}

/* Adds the frames of a place that are in mm.c; the outermost is the function itself. */
static bool add_place(struct chain *chain, const struct source_place *place)
{
    bool any = false;
    for (size_t i = 0; i < place->depth && chain->count < CHAIN; i++) {
        any |= is_submission(place, i);
        if (is_submission(place, i) && !is_last(chain, place->frames[i].function)) {
            memcpy(chain->calls[chain->count].function, place->frames[i].function, 64);
            chain->calls[chain->count++].line = place->frames[i].line;
        }
    }
    return any;
}

/* Did this call lead to where we are? It names that function, or, of a library's, none. */
static bool leads_here(const struct chain *chain, const struct source_place *target)
{
    if (chain->count == 0)
        return !is_submission(target, target->depth - 1);
    return target->depth > 0 && strcmp(target->frames[target->depth - 1].function,
                                       chain->calls[chain->count - 1].function) == 0;
}

/* "memmove" for "__memmove_avx512_unaligned_erms": the name that a program calls it by. */
static void name_library(const char *function, char name[64])
{
    function += strspn(function, "_");
    snprintf(name, 64, "%.*s", (int)strcspn(function, "_"), function);
}

static void find_chain(const struct tracer_site *site, const char *program, struct chain *chain)
{
    uint64_t asked[1 + 2 * TRACER_CALLS] = {site->instruction};
    struct source_place places[1 + 2 * TRACER_CALLS];
    size_t count = site->count;
    *chain = (struct chain){0};
    for (size_t i = 0; i < count; i++) {
        asked[1 + i] = site->calls[i].from;
        asked[1 + count + i] = site->calls[i].target;
    }
    source_find(program, asked, 1 + 2 * count, places);
    if (!add_place(chain, &places[0]) && places[0].depth)
        name_library(places[0].frames[0].function, chain->through);
    for (size_t i = 0; i < count && chain->count < CHAIN; i++)
        if (leads_here(chain, &places[1 + count + i]))
            add_place(chain, &places[1 + i]);
}

/* Appends a line to the message. */
static void append(struct finding *finding, const char *text)
{
    size_t bytes = strlen(finding->message) + strlen(text) + 2;
    char *message = must_alloc(bytes);
    snprintf(message, bytes, "%s\n%s", finding->message, text);
    free(finding->message);
    finding->message = message;
}

static void name_line(struct finding *finding, const struct chain *chain)
{
    snprintf(finding->culprit.file, sizeof finding->culprit.file, "mm.c");
    memcpy(finding->culprit.function, chain->calls[0].function,
           sizeof finding->culprit.function);
    finding->culprit.line = chain->calls[0].line;
}

static void tell_callers(struct finding *finding, const struct chain *chain)
{
    char text[512];
    for (size_t i = 1; i < chain->count; i++) {
        snprintf(text, sizeof text, "  called by mm.c:%u in %s()", chain->calls[i].line,
                 chain->calls[i].function);
        append(finding, text);
    }
}

/* "wrote 8 bytes into block 12 (live since line 41)" */
static void describe_deed(const struct culprit *c, char *text, size_t bytes)
{
    const struct suspect *s = &c->suspect;
    char amount[32] = "";
    if (c->bytes)
        snprintf(amount, sizeof amount, " %u byte%s", c->bytes, c->bytes == 1 ? "" : "s");
    if (s->kind == SUSPECT_PAYLOAD)
        snprintf(text, bytes, "%s%s into block %u (live since line %u)", c->deed, amount,
                 s->block, s->line);
    else if (s->kind == SUSPECT_BREAK)
        snprintf(text, bytes, "%s%s past the program break", c->deed, amount);
    else
        snprintf(text, bytes, "%s", c->deed);
}

static void tell_line(const struct culprit *c, const char *program, const char *operation,
                      struct finding *finding)
{
    struct chain chain;
    char deed[160], text[640], through[96] = "";
    find_chain(&c->site, program, &chain);
    if (chain.count == 0) {
        if (c->suspect.kind != SUSPECT_SIGNAL)
            append(finding, "its line could not be found: addr2line (package binutils) is "
                            "missing, or mm.c was compiled without -g");
        return;
    }
    name_line(finding, &chain);
    if (c->suspect.kind != SUSPECT_SIGNAL) {
        if (chain.through[0])
            snprintf(through, sizeof through, ", by %s()", chain.through);
        describe_deed(c, deed, sizeof deed);
        snprintf(text, sizeof text, "mm.c:%u in %s() %s%s, in %s", chain.calls[0].line,
                 chain.calls[0].function, deed, through, operation);
        append(finding, text);
    } else if (chain.through[0]) {
        snprintf(text, sizeof text, "  called by mm.c:%u in %s()", chain.calls[0].line,
                 chain.calls[0].function);
        append(finding, text);
    }
    tell_callers(finding, &chain);
}

/* Nothing was seen. That may be the answer: nobody copied, nobody cleared. */
static void tell_absence(const struct culprit *c, const char *operation,
                         struct finding *finding)
{
    char text[320];
    const char *why = c->tracer.given_up ? "it takes too many instructions to follow them all"
                                         : "this machine does not let us follow it";
    bool seen_all = !c->tracer.given_up && c->tracer.pid && !c->debug_registers;
    if (seen_all && c->suspect.kind == SUSPECT_REALLOC)
        snprintf(text, sizeof text, "no instruction of %s wrote that byte: it was not copied",
                 operation);
    else if (seen_all && c->suspect.kind == SUSPECT_CALLOC)
        snprintf(text, sizeof text, "no instruction of %s wrote that byte: it was not cleared",
                 operation);
    else if (c->suspect.kind == SUSPECT_SIGNAL)
        return;
    else
        snprintf(text, sizeof text, "%s did it; the line could not be found: %s", operation,
                 why);
    append(finding, text);
}

void culprit_tell(const struct culprit *c, const char *program, const char *operation,
                  struct finding *finding)
{
    if (c->found)
        tell_line(c, program, operation, finding);
    else
        tell_absence(c, operation, finding);
}

void culprit_catch(struct process *p, const char *program, struct finding *finding)
{
    struct culprit c = {.suspect = {.kind = SUSPECT_SIGNAL}};
    struct chain chain;
    char text[128];
    if (p->pid == 0 || !tracer_attach(&c.tracer, p))
        return;
    tracer_look_around(&c.tracer, 0, &c.site);
    find_chain(&c.site, program, &chain);
    if (chain.count == 0)
        return;
    name_line(finding, &chain);
    snprintf(text, sizeof text, "it was stopped at mm.c:%u in %s()", chain.calls[0].line,
             chain.calls[0].function);
    append(finding, text);
    tell_callers(finding, &chain);
}
