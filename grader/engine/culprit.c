#include "culprit.h"
#include "callers.h"
#include "clock.h"
#include "say.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A grade that explains everything and never ends would be no help. */
#define SECONDS_FOR_ONE 2.0
#define SECONDS_FOR_ALL 8.0

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

/*
 * How many bytes, with the one at `offset`, were written over `last`, within from .. to. One of
 * 256 is then as it was before: such a gap counts, and so does what a word lacks at its ends.
 */
static unsigned changed_bytes(const uint8_t *last, const uint8_t *now, uint64_t offset,
                              uint64_t from, uint64_t to)
{
    uint64_t base = window_base(offset);
    unsigned at = window_at(offset), low = at, high = at, word = 1;
    for (unsigned i = at; i-- > 0 && base + i >= from && low - i <= 2;)
        low = last[i] != now[i] ? i : low;
    for (unsigned i = at; ++i < CULPRIT_WINDOW && base + i < to && i - high <= 2;)
        high = last[i] != now[i] ? i : high;
    while (word < high - low + 1)
        word *= 2;
    if (low == 0 || high == CULPRIT_WINDOW - 1)
        return 0;
    return word <= 8 && low / word == high / word ? word : high - low + 1;
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
    uint64_t offset = c->suspect.offset, end = c->heap->brk.size, base = window_base(offset);
    uint8_t secret[CULPRIT_WINDOW]; /* what was there before may be from below another break */
    if (c->found || offset < end || offset >= c->heap->file)
        return;
    for (unsigned i = 0; i < CULPRIT_WINDOW; i++)
        secret[i] = c->heap->secret[(base + i) & (c->heap->page - 1)];
    if (now[window_at(offset)] != secret[window_at(offset)])
        accuse(c, "wrote", changed_bytes(secret, now, offset, end, c->heap->file));
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

void culprit_begin(struct culprit *c, struct process *p)
{
    struct suspect *s = &c->suspect;
    uint64_t start = p->rules->heap_start;
    uint64_t before = (start + s->moved - 1) & ~(uint64_t)7;
    /* The byte at both its places, and the two words before it, where a short copy ends. */
    const uint64_t places[TRACER_WATCHED] = {(start + s->offset) & ~(uint64_t)7,
                                             (start + s->moved) & ~(uint64_t)7, before,
                                             before - 8};
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
    if (tracer_attach(&c->tracer, p) && c->debug_registers)
        tracer_watch(&c->tracer, places);
}

/* Nobody wrote the byte, but somebody the one before: that copy or clearing was too short. */
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
        c->deed = "crashed";
        c->site = c->tracer.site;
    }
}

/* Words */

static void add_line(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a line to the message. */
static void add_line(struct finding *finding, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size_t length = strlen(finding->message);
    finding->message = must_resize(finding->message, length + strlen(line) + 2);
    sprintf(finding->message + length, "\n%s", line);
}

static void name_line(struct finding *finding, const struct callers *callers)
{
    snprintf(finding->culprit.file, sizeof finding->culprit.file, "mm.c");
    memcpy(finding->culprit.function, callers->calls[0].function,
           sizeof finding->culprit.function);
    finding->culprit.line = callers->calls[0].line;
}

static void tell_callers(struct finding *finding, const struct callers *callers, size_t from)
{
    for (size_t i = from; i < callers->count; i++)
        add_line(finding, "  called by mm.c:%u in %s()", callers->calls[i].line,
                 callers->calls[i].function);
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

/*
 * Of a crash the message names the place already, but for one within the C library; and abort()
 * has its name there, too.
 */
static void tell_line(const struct culprit *c, const char *program, const char *operation,
                      struct finding *finding)
{
    struct callers callers;
    char deed[160];
    bool crashed = c->suspect.kind == SUSPECT_SIGNAL;
    callers_find(&c->site, program, &callers);
    describe_deed(c, deed, sizeof deed);
    if (callers.count == 0) {
        if (callers.through[0])
            add_line(finding,
                     "%s() %s, in %s: a function of mm.c ends with a call of it, and "
                     "which one that is could not be found",
                     callers.through, deed, operation);
        else if (!crashed)
            add_line(finding, "its line could not be found: addr2line (package binutils) is "
                              "missing, or mm.c was compiled without -g");
        return;
    }
    name_line(finding, &callers);
    if (!crashed)
        add_line(finding, "mm.c:%u in %s() %s%s%s%s, in %s", callers.calls[0].line,
                 callers.calls[0].function, deed, callers.through[0] ? ", by " : "",
                 callers.through, callers.through[0] ? "()" : "", operation);
    else if (callers.through[0] && finding->code != FINDING_EXITED)
        add_line(finding, "in %s(), called by mm.c:%u in %s()", callers.through,
                 callers.calls[0].line, callers.calls[0].function);
    tell_callers(finding, &callers,
                 callers.through[0] && finding->code == FINDING_EXITED ? 0 : 1);
}

/* Nothing was seen. That may be the answer: nobody copied, nobody cleared. */
static void tell_absence(const struct culprit *c, const char *operation,
                         struct finding *finding)
{
    bool seen_all = !c->tracer.given_up && c->tracer.pid && !c->debug_registers;
    if (c->suspect.kind == SUSPECT_SIGNAL)
        return;
    if (seen_all && (c->suspect.kind == SUSPECT_REALLOC || c->suspect.kind == SUSPECT_CALLOC))
        add_line(finding, "no instruction of %s wrote that byte: it was not %s", operation,
                 c->suspect.kind == SUSPECT_REALLOC ? "copied" : "cleared");
    else
        add_line(finding, "%s did it; the line could not be found: %s", operation,
                 c->tracer.given_up ? "it takes too many instructions to follow them all"
                                    : "this machine does not let us follow it");
}

void culprit_tell(const struct culprit *c, const char *program, const char *operation,
                  struct finding *finding)
{
    if (c->found)
        tell_line(c, program, operation, finding);
    else
        tell_absence(c, operation, finding);
}

void culprit_catch(struct process *p, struct finding *finding)
{
    struct culprit c = {.suspect = {.kind = SUSPECT_SIGNAL}};
    struct callers callers;
    if (p->pid == 0 || !tracer_attach(&c.tracer, p))
        return;
    tracer_look_around(&c.tracer, 0, &c.site);
    callers_find(&c.site, p->program, &callers);
    tracer_detach(&c.tracer, p);
    if (callers.count == 0)
        return;
    name_line(finding, &callers);
    add_line(finding, "it was stopped at mm.c:%u in %s()", callers.calls[0].line,
             callers.calls[0].function);
    tell_callers(finding, &callers, 1);
}
