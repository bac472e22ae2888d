/* settings.h - what mdriver was asked to do, read once from its command line. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "sandbox.h"
#include <stdbool.h>
#include <stdint.h>

/* What a profile decides. */
struct profile {
    const char *name;
    uint32_t alignment;  /* of payloads, bytes */
    uint64_t heap_start; /* address of the heap in the runner */
    uint64_t heap_room;  /* address space for it, where the machine gives so much */
    uint64_t least_room; /* with less we do not grade */
    bool classic;        /* the shape of mm.c that the CS:APP lab asks for */
};

struct settings {
    const char *submission; /* file, as given */
    bool runner;            /* it is a finished runner and trusted: --runner */
    const char *policy;     /* file */
    const char *record;     /* file to write the record to, or NULL */
    char *kit;              /* folder of what was built, absolute */
    char *engine;           /* folder of mm.h and memlib.h, absolute */
    const char *compiler, *flags, *link;
    const char *emulator; /* program that runs the runners of another processor; or NULL */
    const struct profile *profile;
    bool checkheap;
    const char *metric;        /* "time" or "instructions"; NULL: as the policy says */
    unsigned window;           /* operations in a window of a timed run */
    bool checker;              /* grade the heap checker, and nothing else */
    uint64_t seed;             /* of its damages */
    uint64_t damages;          /* how many of them at most; 0: as usual */
    bool fuzz;                 /* check the policy's random mixes as well */
    enum sandbox_kind sandbox; /* the best that may be used; none: no filter for runners, too */
    bool official;             /* refuse to grade where a protection is missing */
    const char *history;       /* file of earlier grades, history.h; or NULL */
    const char *events;        /* file to write the heap's history to, events.h; or NULL */
    const char *shrink;        /* file for the shortest failing trace, shorten.h; or NULL */
    char **traces;             /* files and folders; ends with NULL */
};

/* "modern" or "classic". Ends the program (exit 2) for any other name. */
const struct profile *settings_profile(const char *name);

/* Reads the command line. Ends the program: exit 0 after --help, 2 for what it refuses. */
void settings_read(struct settings *settings, int argc, char **argv);

#endif
