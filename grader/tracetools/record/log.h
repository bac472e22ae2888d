/*
 * log.h - what the recorder inside a program tells the recorder outside it.
 *
 * The log lies in memory that both map. So nothing that was written is lost when the
 * program crashes or is killed, and no file is left over. It holds addresses and sizes;
 * the addresses tell blocks apart and go no further than convert.c.
 */
#ifndef LOG_H
#define LOG_H

#include <stdatomic.h>
#include <stdint.h>

/* The environment variable that holds the log's file descriptor, a decimal number. */
#define LOG_VARIABLE "BRKLAB_RECORD"

/* How far an event can be traced back, and how much room a list of mappings may need. */
enum { LOG_CALLERS = 4, LOG_MAPS_BYTES = 1 << 18 };

/*
 * A free is written before the call, a request after it. Then, whatever the threads do, an
 * address is written as given back before it is written as handed out again. A realloc
 * does both, so it is two events.
 */
enum event_kind {
    EVENT_NONE, /* a slot that was taken, but not filled before the program ended */
    EVENT_MALLOC,
    EVENT_CALLOC,
    EVENT_FREE,
    EVENT_REALLOC_BEGIN, /* address: the old one */
    EVENT_REALLOC_END,   /* address: the new one; slot: of its beginning */
};

struct event {
    _Atomic uint32_t kind; /* written last: what is not complete is not there */
    uint32_t slot;
    uint64_t address;              /* 0 when the request was answered by NULL */
    uint64_t count;                /* elements; 1 except for calloc */
    uint64_t size;                 /* bytes per element */
    uint64_t callers[LOG_CALLERS]; /* code addresses, the nearest first; 0 where unknown */
};

struct log {
    char program[64];             /* record only the program of this name; "": the first */
    char recorded[64];            /* the file name of the program that writes */
    int32_t not_run;              /* errno of a command that could not be started; else 0 */
    int32_t library;              /* descriptor of the recorder's library, to be closed */
    _Atomic uint32_t owner;       /* process id of the one process that writes; 0: none yet */
    int32_t want_callers;         /* not 0: note who calls, which takes time */
    char maps[LOG_MAPS_BYTES];    /* then also: /proc/self/maps, text, as of the last look */
    uint64_t room;                /* slots in `events` */
    _Atomic uint64_t events_seen; /* the next slot; may be past `room` */
    struct event events[];
};

#endif
