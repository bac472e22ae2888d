#include "convert.h"
#include "../../engine/say.h"

#include <stdlib.h>

#define NO_ID UINT32_MAX

/* Which block is at an address now. An address stays when its block is gone. */
struct place {
    uint64_t address; /* 0: the place is empty */
    uint32_t id;
};

struct converter {
    struct trace trace;
    struct left_out left_out;
    struct place *places; /* a hash table, at most half full */
    uint64_t mask;        /* places less 1; their number is a power of two */
    unsigned char *live;  /* by id */
    uint64_t start;       /* the first slot of the window */
    uint64_t now;         /* the slot that is being followed */
};

/* The place of an address, found or new: multiplication spreads it, then linear probing. */
static struct place *place_of(struct converter *c, uint64_t address)
{
    uint64_t i = (address * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & c->mask;
    while (c->places[i].address != 0 && c->places[i].address != address)
        i = (i + 1) & c->mask;
    if (c->places[i].address == 0)
        c->places[i] = (struct place){.address = address, .id = NO_ID};
    return &c->places[i];
}

/* Takes the block away from its address. NO_ID: it is not known. */
static uint32_t leave(struct converter *c, uint64_t address)
{
    if (address == 0)
        return NO_ID;
    struct place *place = place_of(c, address);
    uint32_t id = place->id;
    place->id = NO_ID;
    return id;
}

static void append(struct converter *c, enum operation_kind kind, uint32_t id, uint64_t count,
                   uint64_t size)
{
    c->trace.operations[c->trace.count++] = (struct operation){
        .kind = kind, .id = id, .count = count, .size = size, .pointer = c->now};
    if (id != NO_ID)
        c->live[id] = kind != OP_FREE;
}

static void request(struct converter *c, enum operation_kind kind, const struct event *event)
{
    if (event->address == 0) {
        c->left_out.refused++;
        return;
    }
    uint32_t id = c->trace.ids++;
    place_of(c, event->address)->id = id;
    append(c, kind, id, event->count, event->size);
}

static void release(struct converter *c, uint64_t address)
{
    uint32_t id = leave(c, address);
    if (id == NO_ID && address != 0)
        c->left_out.older++;
    else
        append(c, OP_FREE, id, 1, 0); /* NO_ID stands for NULL here, and is replaced later */
}

/*
 * The end of a realloc. In the trace an id stays live after a size of 0 until its free;
 * the program's block was freed by that realloc, so the free follows at once.
 */
static void resize(struct converter *c, const struct event *begin, const struct event *end)
{
    uint32_t id = end->slot < c->start ? NO_ID : begin->slot;
    bool freed = end->address == 0 && end->size == 0;
    if (end->address == 0 && !(freed && id != NO_ID)) {
        c->left_out.refused += !freed;
        if (id != NO_ID)
            place_of(c, begin->address)->id = id;
        return;
    }
    if (id == NO_ID)
        id = c->trace.ids++;
    append(c, OP_REALLOC, id, 1, end->size);
    if (freed)
        append(c, OP_FREE, id, 1, 0);
    else
        place_of(c, end->address)->id = id;
}

static void follow(struct converter *c, struct log *log, struct event *event)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_MALLOC:
        request(c, OP_MALLOC, event);
        break;
    case EVENT_CALLOC:
        request(c, OP_CALLOC, event);
        break;
    case EVENT_FREE:
        release(c, event->address);
        break;
    case EVENT_REALLOC_BEGIN:
        event->slot = leave(c, event->address);
        break;
    case EVENT_REALLOC_END:
        resize(c, &log->events[event->slot], event);
        break;
    case EVENT_NONE:
        break;
    }
}

/* The window begins: what was there before is not part of the trace. */
static void forget(struct converter *c)
{
    for (uint64_t i = 0; i <= c->mask; i++)
        c->places[i].id = NO_ID;
    for (uint32_t id = 0; id < c->trace.ids; id++)
        c->live[id] = 0;
    c->trace.count = c->trace.ids = 0;
    c->left_out = (struct left_out){0};
}

static void free_the_rest(struct converter *c)
{
    for (uint32_t id = 0; id < c->trace.ids; id++)
        if (c->live[id])
            append(c, OP_FREE, id, 1, 0);
}

/* Each event makes at most two operations, and balancing at most one more for each. */
static struct converter prepare(uint64_t events)
{
    struct converter c = {0};
    uint64_t places = 2, room = 3 * events + 1;
    while (places < 2 * events)
        places *= 2;
    c.mask = places - 1;
    c.places = must_alloc(places * sizeof *c.places);
    c.live = must_alloc(room);
    c.trace.operations = must_alloc(room * sizeof *c.trace.operations);
    return c;
}

struct trace convert(struct log *log, const struct window *window, struct left_out *out)
{
    uint64_t seen = log->events_seen, events = seen < log->room ? seen : log->room;
    struct converter c = prepare(events);
    bool begun = window->from == 0;
    for (uint64_t i = 0; i < events && (!begun || c.trace.count < window->most); i++) {
        c.now = i;
        follow(&c, log, &log->events[i]);
        if (!begun && c.trace.count >= window->from) {
            forget(&c);
            c.start = i + 1;
            begun = true;
        }
    }
    if (!begun)
        forget(&c); /* the program ended before the window */
    if (window->balance)
        free_the_rest(&c);
    for (size_t i = 0; i < c.trace.count; i++)
        if (c.trace.operations[i].id == NO_ID)
            c.trace.operations[i].id = c.trace.ids;
    free(c.places);
    free(c.live);
    *out = c.left_out;
    return c.trace;
}
